"""e-values of many questions: the false share of the claims, whatever the answers have to do with one another."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.multiplicity.adjusting import Array
from analysis.statistics.words import NoAnswer


def e_bh(e_values: ArrayLike) -> Array:
    """The least level at which each would be claimed, at most 1. Wang and Ramdas (2022), JRSS B 84.

    e_values: 0 or more, inf is certainty. Claimed at a level are those with m / (k e_(k)) at most the level, for the
    largest k. NoAnswer where one is missing: what cannot be answered counts with e = 1.

    >>> e_bh([100, 10, 1]).tolist()
    [0.03, 0.15, 1.0]
    """
    e = np.atleast_1d(np.asarray(e_values, dtype=float))
    if e.ndim != 1 or not (e >= 0).all():
        raise NoAnswer("An e-value is missing or negative: a question without an answer counts with e = 1.")
    order = np.argsort(-e, kind="stable")
    with np.errstate(divide="ignore"):
        levels = np.minimum(len(e) / (np.arange(1, len(e) + 1) * e[order]), 1.0)
    found = np.empty_like(e)
    found[order] = np.minimum.accumulate(levels[::-1])[::-1]
    return found
