"""E-values: evidence that may be multiplied, averaged and looked at whenever one likes.

An e-value is what a stake of 1 has become in a fair game against the null hypothesis: 20 is worth a p-value of 0.05.
Vovk and Wang (2021), E-values: calibration, combination and applications, Annals of Statistics 49; Grünwald, de Heide
and Koolen (2024), Safe testing, JRSS B 86.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, fsum, inf, isnan, log

from analysis.statistics.words import Estimate, Validity

WAGERED = (Validity.ANYTIME, Validity.ASYMPTOTIC)


def to_p(e: float) -> float:
    """The p-value that an e-value is worth: the least of 1 and 1 / e; valid at every look.

    >>> to_p(20.0), to_p(0.5), to_p(0.0)
    (0.05, 1.0, 1.0)
    """
    _require([e])
    return min(1.0, 1 / e) if e > 0 else 1.0


def from_p(p: float, *, kappa: float | None = None) -> float:
    """An e-value that a p-value of one fixed look is worth; much less than 1 / p, since nobody bet beforehand.

    kappa in (0, 1): kappa p^(kappa - 1); without one the mixture of all: (1 - p + p log p) / (p (log p)^2).

    >>> round(from_p(0.01), 3), round(from_p(0.01, kappa=0.5), 3), from_p(1.0)
    (4.451, 5.0, 0.5)
    """
    if not 0 <= p <= 1 or not (kappa is None or 0 < kappa < 1):
        raise ValueError(f"p must be from 0 to 1 and kappa between 0 and 1, not {p} and {kappa}.")
    if p == 0:
        return inf
    if kappa is not None:
        return float(kappa * p ** (kappa - 1))
    if p > 1 - 1e-4:  # the series, where the formula loses its digits
        return 0.5 + (1 - p) / 6
    return float((1 - p + p * log(p)) / (p * log(p) ** 2))


def of_estimate(found: Estimate) -> float:
    """What an answer is worth against "no difference": 1 over a p-value valid at every look, else by calibration.

    1 where nothing was tested.

    >>> from analysis.statistics.sequential.bounded_evidence import BoundedEvidence
    >>> from analysis.statistics.sequential.comparing import compare
    >>> round(of_estimate(compare(BoundedEvidence.of_counts(12, 40), BoundedEvidence.of_counts(29, 40))), 1)
    69.3
    """
    return 1.0 if found.p_value is None else e_value_of(found.p_value, found.validity)


def e_value_of(p: float, validity: Validity) -> float:
    """What a p-value of that promise is worth: 1 / p where it is what a game has grown to, else by calibration."""
    return 1 / max(p, 1e-300) if validity in WAGERED else from_p(p)


def level_of_e(e: float, validity: Validity) -> float:
    """The p-value that is worth e, 1 or more: intervals at that level leave out what such an e-value refuses.

    >>> level_of_e(20.0, Validity.ANYTIME), round(level_of_e(from_p(0.01), Validity.FIXED), 6)
    (0.05, 0.01)
    """
    from scipy.optimize import brentq

    if not e >= 1:
        raise ValueError(f"e must be 1 or more, not {e}.")
    if validity in WAGERED:
        return 1 / e
    found = brentq(lambda logged: log(from_p(exp(logged))) - log(e), -690.0, log(0.9))
    return exp(float(found))


def product(values: Sequence[float]) -> float:
    """Of independent e-values, or of such as each was fair given those before (several studies, several batches).

    ValueError if one is below 0. Where one is 0 the stake is lost: 0, also beside an infinite one.

    >>> round(product([2.0, 5.0, 0.5]), 9), product([])
    (5.0, 1.0)
    """
    _require(values)
    if any(value == 0 for value in values):
        return 0.0
    logs = fsum(log(value) if value < inf else inf for value in values)
    return exp(logs) if logs < 709 else inf


def average(values: Sequence[float], weights: Sequence[float] | None = None) -> float:
    """Of any e-values whatever, however they depend on each other. weights: set beforehand, 0 or more.

    ValueError without values, or if the weights do not fit.

    >>> average([40.0, 0.5]), average([40.0, 0.5], [1, 3])
    (20.25, 10.375)
    """
    _require(values)
    shares = [1.0] * len(values) if weights is None else list(weights)
    if not values or len(shares) != len(values) or min(shares) < 0 or not sum(shares) > 0:
        raise ValueError(f"There must be values, and as many weights of 0 or more, not {values} and {weights}.")
    whole = fsum(shares)
    return fsum(share / whole * value for share, value in zip(shares, values, strict=True) if share)


@dataclass(frozen=True, slots=True)
class Process:
    """A test that goes on: the evidence now and the most there ever was.

    now: may be multiplied by what comes next. most: what a p-value may use (it never grows back), but not what may be
    multiplied: a game left at its best is not a fair stake for the next.
    """

    now: float = 1.0
    most: float = 1.0

    def update(self, *values: float) -> Process:
        """With e-values of new units too, each fair given all before."""
        grown = self
        for value in values:
            now = product([grown.now, value])
            grown = Process(now, max(grown.most, now))
        return grown

    @property
    def p_value(self) -> float:
        """Always valid: the least so far."""
        return to_p(self.most)

    def rejects(self, level: float = 0.05) -> bool:
        """Whether the null hypothesis is refused; once it is, it stays so."""
        return self.most >= 1 / level


def _require(values: Sequence[float]) -> None:
    if any(isnan(value) or value < 0 for value in values):
        raise ValueError(f"e-values must be 0 or more, not {list(values)}.")
