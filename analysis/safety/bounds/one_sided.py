"""What every bound promises, and what all of them share: refusals, the mirror, the clip to the declared range."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import replace
from functools import lru_cache
from typing import ClassVar

import numpy as np

from analysis.learning.members import Member, Register
from analysis.safety.bounds.risks import mirrored_risk
from analysis.safety.terms import Array, Evidence, Foresight, Prediction

FEWEST = 5
"""Values below which nothing is said of a quantity, whatever the bound."""

ROUNDING = 1e-12
"""By how much of itself a value may lie outside the declared range: it was computed, and rounded."""


class OneSided(Member):
    """A bound from above; the one from below is that of the values with the other sign.

    A kind of bound says what it needs (`needs_*`), and gives `above` and `foresight_above`.
    """

    exact: ClassVar[bool] = True
    needs_range: ClassVar[bool] = True
    takes_risk: ClassVar[bool] = False

    def chosen(self, evidence: Evidence) -> OneSided:
        return self

    def refusal(self, evidence: Evidence) -> str | None:
        """The first of: too few values, one that is not finite, no range or one outside it, a risk, dependent terms."""
        return next((why for why in (fault(evidence), self._unsuited(evidence)) if why), None)

    def warning(self, evidence: Evidence) -> str | None:
        return None

    def upper(self, evidence: Evidence, *, delta: float) -> float:
        """Infinite where it is refused, and for a delta outside (0, 1)."""
        evidence = evidence.side("upper")
        if not 0 < delta < 1 or self.refusal(evidence) or not self.bounds_above(evidence):
            return math.inf
        found = self.above(evidence, delta=delta)
        if math.isnan(found):
            return math.inf
        return min(found, evidence.high) if self.exact else found

    def lower(self, evidence: Evidence, *, delta: float) -> float:
        return -self.upper(mirrored(evidence.side("lower")), delta=delta)

    def bounds_above(self, evidence: Evidence) -> bool:
        """Whether what is declared is enough for this side."""
        return not self.needs_range or (math.isfinite(evidence.low) and math.isfinite(evidence.high))

    @abstractmethod
    def above(self, evidence: Evidence, *, delta: float) -> float:
        """The bound from above on evidence that is not refused."""

    @abstractmethod
    def foresight_above(
        self, *, delta: float, sizes: tuple[int, int], inflation: float, span: tuple[float, float]
    ) -> Foresight:
        """As `foresight`, of the bound from above."""

    def foresight(
        self, *, side: str, delta: float, sizes: tuple[int, int], inflation: float, span: tuple[float, float]
    ) -> Foresight:
        """Infinite and without slope for too few values now or in the safety test, or a range that it lacks."""
        low, high = span if side == "upper" else (-span[1], -span[0])
        if min(sizes) < FEWEST or not 0 < delta < 1 or not self.bounds_above(Evidence(np.empty(0), low, high)):
            return _nothing if side == "upper" else mirrored_foresight(_nothing)
        found = self.foresight_above(delta=delta, sizes=sizes, inflation=inflation, span=(low, high))
        return found if side == "upper" else mirrored_foresight(found)

    def foresee(self, evidence: Evidence, *, side: str, delta: float, size: int, inflation: float) -> Prediction:
        evidence = evidence.side(side)
        values, n = evidence.values, len(evidence.values)
        foresight = _foresight(self, side, (delta, inflation), (n, size), (evidence.low, evidence.high))
        mean, deviation = moments(values)
        bound, by_mean, by_deviation = foresight(mean, deviation)
        if not math.isfinite(bound):
            return Prediction(math.inf if side == "upper" else -math.inf, np.zeros(n))
        if not deviation > 0:
            return Prediction(bound, np.full(n, by_mean / n))
        slopes = values - mean
        slopes *= by_deviation / ((n - 1) * deviation)
        slopes += by_mean / n
        return Prediction(bound, slopes)

    def _unsuited(self, evidence: Evidence) -> str | None:
        if not self.bounds_above(evidence) and not self.bounds_above(
            replace(evidence, low=-evidence.high, high=-evidence.low)
        ):
            return f"{self.name} needs the range of a single value, and none is declared: declare it under ranges."
        if evidence.risk is not None and not self.takes_risk:
            return f"{self.name} bounds means, not {evidence.risk.name}: use dkw."
        if self.exact and not evidence.independent:
            return f"{self.name} is for independent values, and these share a divisor or a draw."
        return None


BOUNDS: Register[OneSided] = Register("type")


@lru_cache(maxsize=4096)
def _foresight(
    bound: OneSided, side: str, room: tuple[float, float], sizes: tuple[int, int], span: tuple[float, float]
) -> Foresight:
    """Made once for all looks of a search. room: delta and inflation."""
    return bound.foresight(side=side, delta=room[0], sizes=sizes, inflation=room[1], span=span)


def _nothing(mean: float, deviation: float) -> tuple[float, float, float]:
    return math.inf, 0.0, 0.0


def fault(evidence: Evidence) -> str | None:
    """What no bound forgives: too few values, one that is not finite, one outside the declared range."""
    values, n = evidence.values, len(evidence.values)
    if values.ndim != 1:
        return f"The values must be a list, not of the shape {values.shape}."
    if n < FEWEST:
        return f"There {'is 1 value' if n == 1 else f'are {n} values'}; at least {FEWEST} are needed."
    if not evidence.low < evidence.high or is_endless(evidence):
        return (
            f"The declared range must go from a smaller number to a larger one, not {evidence.low} to {evidence.high}."
        )
    finite = np.isfinite(values)
    if not finite.all():
        return f"{n - int(finite.sum())} of {n} values are not finite, the first at row {int(np.argmin(finite)) + 1}."
    if not within_range(evidence):
        return (
            f"The values go from {values.min():g} to {values.max():g}, beyond the declared range "
            f"{evidence.low:g} to {evidence.high:g}: a bound would be void."
        )
    return None


def within_range(evidence: Evidence) -> bool:
    """Whether its values, finite and one at least, are all within what is declared, to within rounding."""
    least, largest = float(evidence.values.min()), float(evidence.values.max())
    slack = ROUNDING * max(abs(least), abs(largest))
    return evidence.low - slack <= least and largest <= evidence.high + slack


def is_endless(evidence: Evidence) -> bool:
    """Whether both ends are numbers, but too far apart for their difference to be one."""
    ends = evidence.low, evidence.high
    return all(map(math.isfinite, ends)) and not math.isfinite(evidence.high - evidence.low)


def mirrored(evidence: Evidence) -> Evidence:
    """The values with the other sign: their bound from above is, with the other sign, the one from below."""
    return replace(
        evidence,
        values=-evidence.values,
        low=-evidence.high,
        high=-evidence.low,
        above=None,
        risk=mirrored_risk(evidence.risk),
    )


def mirrored_foresight(foresight: Foresight) -> Foresight:
    """From the foresight of the side above, for mirrored values, that of the side below, for the values themselves."""

    def lower(mean: float, deviation: float) -> tuple[float, float, float]:
        bound, by_mean, by_deviation = foresight(-mean, deviation)
        return -bound, by_mean, -by_deviation

    return lower


def moments(values: Array) -> tuple[float, float]:
    """Mean, and the deviation that divides by n - 1; not a number without enough values."""
    if not len(values):
        return math.nan, math.nan
    mean = float(values.sum()) / len(values)
    away = values - mean
    return mean, math.sqrt(float(away.dot(away)) / (len(values) - 1)) if len(values) > 1 else math.nan
