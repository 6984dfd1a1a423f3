"""Risk measures: what else than the mean a constraint may speak of. Each is a distortion of the survival function.

The mean is the integral of P(value > x); a risk measure gives the large values more weight in it (or the small ones).
Where the survival function is known to lie in a band, so does every such measure: that is how `dkw` bounds them.
Wang (1996), ASTIN Bulletin 26; Dowd and Blake (2006), Journal of Risk and Insurance 73.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.safety.terms import Array, Evidence, Risk


@dataclass(frozen=True, slots=True)
class CVaR:
    """The mean of the largest share `tail` of the values: conditional value at risk, expected shortfall."""

    tail: float

    name: ClassVar[str] = "CVaR"

    def weight(self, survival: Array) -> Array:
        return np.minimum(survival / self.tail, 1.0)


@dataclass(frozen=True, slots=True)
class VaR:
    """The value that only the share `tail` of the values exceeds: a quantile, value at risk."""

    tail: float

    name: ClassVar[str] = "VaR"

    def weight(self, survival: Array) -> Array:
        return (survival > self.tail).astype(np.float64)


@dataclass(frozen=True, slots=True)
class ProportionalHazard:
    """The survival function to the power 1 / aversion, aversion >= 1: the larger, the more large values weigh."""

    aversion: float

    name: ClassVar[str] = "proportional hazard"

    def weight(self, survival: Array) -> Array:
        weights: Array = np.power(survival, 1 / self.aversion)
        return weights


@dataclass(frozen=True, slots=True)
class Wang:
    """The normal quantile of the survival function moved up by `shift` >= 0 (Wang, 2000)."""

    shift: float

    name: ClassVar[str] = "Wang transform"

    def weight(self, survival: Array) -> Array:
        from scipy.special import ndtr, ndtri

        weights: Array = ndtr(ndtri(survival) + self.shift)
        return weights


@dataclass(frozen=True, slots=True)
class Mirrored:
    """Of the values with the other sign, with the other sign: CVaR becomes the mean of the smallest share."""

    risk: Risk

    name: ClassVar[str] = "mirrored"

    def weight(self, survival: Array) -> Array:
        return 1 - self.risk.weight(1 - survival)


def mirrored_risk(risk: Risk | None) -> Risk | None:
    """The risk of the values with the other sign; mirrored twice, it is itself again. None, the mean, stays None."""
    return risk.risk if isinstance(risk, Mirrored) else risk and Mirrored(risk)


def risk_weights(risk: Risk | None, n: int) -> Array:
    """What each of n values, in rising order, counts for; shape (n,), they add up to 1."""
    if risk is None:
        return np.full(n, 1 / n)
    weights: Array = -np.diff(risk.weight(np.arange(n, -1, -1) / n))
    return weights


def risk_estimate(evidence: Evidence) -> float:
    """What the values themselves say: the plug-in, not a bound. Not a number without values."""
    if evidence.estimate is not None:
        return evidence.estimate
    if not len(evidence.values):
        return float("nan")
    if evidence.risk is None:
        return float(np.mean(evidence.values))
    return float(np.sort(evidence.values) @ risk_weights(evidence.risk, len(evidence.values)))
