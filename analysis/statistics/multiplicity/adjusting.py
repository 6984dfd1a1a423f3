"""Adjusted p-values: the least level at which a procedure that looks at all of them would reject each.

An anytime-valid p-value stays one when adjusted. Formulas: Holm (1979), Hochberg (1988), Hommel (1988), Benjamini and
Hochberg (1995), Benjamini and Yekutieli (2001), Sidak (1967); as in Wright (1992), Biometrics 48.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.words import NoAnswer

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Procedure:
    """title, promise: for people. holds_familywise: the chance of any false claim; else the false share of the claims.

    adjust: of p sorted from the least, to adjusted ones in that order, before they are capped at 1.
    """

    title: str
    promise: str
    holds_familywise: bool
    adjust: Callable[[Array], Array]


def adjusted(p_values: ArrayLike, procedure: str) -> Array:
    """In the order given, shape (m,), each at least its p and at most 1. KeyError for a procedure that is none.

    NoAnswer where a p-value is missing: what was planned and cannot be answered still counts; give it as 1.

    >>> adjusted([0.01, 0.04, 0.03], "holm").tolist()
    [0.03, 0.06, 0.06]
    """
    p = checked(p_values)
    order = np.argsort(p, kind="stable")
    found = np.empty_like(p)
    if len(p):
        found[order] = np.minimum(PROCEDURES[procedure].adjust(p[order]), 1.0)
    return found


def checked(p_values: ArrayLike) -> Array:
    """Shape (m,), each in [0, 1]; NoAnswer otherwise."""
    p = np.atleast_1d(np.asarray(p_values, dtype=float))
    if p.ndim != 1 or not ((p >= 0) & (p <= 1)).all():
        raise NoAnswer("A p-value is missing or outside 0 to 1: a question without an answer counts with p = 1.")
    return p


def _none(p: Array) -> Array:
    return p.copy()


def _bonferroni(p: Array) -> Array:
    return p * len(p)


def _sidak(p: Array) -> Array:
    return _least_power(p, np.full(len(p), len(p)))


def _holm(p: Array) -> Array:
    return np.maximum.accumulate(p * _left(p))


def _holm_sidak(p: Array) -> Array:
    return np.maximum.accumulate(_least_power(p, _left(p)))


def _hochberg(p: Array) -> Array:
    return _rising(p * _left(p))


def _bh(p: Array) -> Array:
    return _rising(p * len(p) / _rank(p))


def _by(p: Array) -> Array:
    return _rising(p * len(p) / _rank(p) * (1 / _rank(p)).sum())


def _hommel(p: Array) -> Array:
    """Closed testing with Simes' test of each intersection; Wright's algorithm, m squared steps."""
    m, rank = len(p), _rank(p)
    q = np.full(m, float((m * p / rank).min()))
    found = q.copy()
    for size in range(m - 1, 1, -1):
        last = p[m - size + 1 :]
        least = float((size * last / np.arange(2, size + 1)).min())
        q[: m - size + 1] = np.minimum(size * p[: m - size + 1], least)
        q[m - size + 1 :] = q[m - size]
        found = np.maximum(found, q)
    highest: Array = np.maximum(found, p)
    return highest


def _least_power(p: Array, m: NDArray[np.int_]) -> Array:
    """1 - (1 - p)^m without losing small p."""
    with np.errstate(divide="ignore"):
        found: Array = -np.expm1(m * np.log1p(-p))
    return found


def _left(p: Array) -> NDArray[np.int_]:
    return np.arange(len(p), 0, -1)


def _rank(p: Array) -> NDArray[np.int_]:
    return np.arange(1, len(p) + 1)


def _rising(p: Array) -> Array:
    found: Array = np.minimum.accumulate(p[::-1])[::-1]
    return found


_ANY = "The chance of any false claim is held, whatever the answers have to do with one another."
_POSITIVE = "The chance of any false claim is held where answers go together, as arms that share a control do."
_SHARE = "The false share of the claims is held, on average, where answers go together."

PROCEDURES = {
    "none": Procedure("none", "Each answer stands alone: of many, some are false by chance.", False, _none),
    "bonferroni": Procedure("Bonferroni", _ANY, True, _bonferroni),
    "sidak": Procedure("Šidák", _POSITIVE, True, _sidak),
    "holm": Procedure("Holm", _ANY, True, _holm),
    "holm_sidak": Procedure("Holm-Šidák", _POSITIVE, True, _holm_sidak),
    "hochberg": Procedure("Hochberg", _POSITIVE, True, _hochberg),
    "hommel": Procedure("Hommel", _POSITIVE, True, _hommel),
    "bh": Procedure("Benjamini-Hochberg", _SHARE, False, _bh),
    "by": Procedure("Benjamini-Yekutieli", "The false share of the claims is held, on average, whatever.", False, _by),
}
