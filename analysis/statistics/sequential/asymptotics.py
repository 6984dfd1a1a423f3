"""Asymptotic confidence sequences from sums alone: for values without declared ends, right once there are many.

Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Annals of Statistics 52. Their promise is a limit's: before
``ENOUGH`` values in each arm nothing is claimed here, and skewed values need more (docs/methods.md has the figures).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, exp, expm1, hypot, inf, isfinite, log, log1p, sqrt
from typing import Literal

from analysis.statistics.confidence_sequences import tuned_rho
from analysis.statistics.estimates.fieller import quotient
from analysis.statistics.moments import Moments
from analysis.statistics.words import BEYOND, Estimate, NoAnswer, Validity

Side = Literal["two-sided", "greater", "less"]
TUNING_N = 1000
"""Participants in both arms at which an asymptotic interval is narrowest here; GrowthBook's default is 5000."""
ENOUGH = 30
LEAST = 1e-300
"""No p-value is less: it is at most what is said, and 0 would be a lie."""
METHOD = "asymptotic-sequence"
FEWER = (
    "Fewer than {needed} values in the smaller arm: too few to know how much values vary, so nothing is claimed yet."
)
FEW = f"Fewer than {ENOUGH} values in an arm: too few to know how much values vary, so nothing is claimed yet."
OPEN = "The control's mean may still be 0, so a relative difference has no bounds yet."


@dataclass(frozen=True, slots=True)
class Sequence:
    """The shape of an asymptotic sequence. tuning_n: at how many values it is narrowest. side: of the alternative.

    ValueError unless 0 < level < 1 (one-sided: < 1/2) and tuning_n > 0.
    """

    level: float = 0.05
    tuning_n: float = 5000
    side: Side = "two-sided"

    def __post_init__(self) -> None:
        most = 1.0 if self.side == "two-sided" else 0.5
        if not 0 < self.level < most or not self.tuning_n > 0:
            raise ValueError(f"level must be in (0, {most:g}), tuning_n above 0, not {self.level}, {self.tuning_n}.")

    @property
    def rho(self) -> float:
        """The mixture's width; one-sided: tuned at twice the level."""
        return tuned_rho(self.level if self.side == "two-sided" else 2 * self.level, self.tuning_n)

    def spread(self, n: float) -> float:
        """How many standard errors of the mean of n values the interval reaches to a side."""
        scale = n * self.rho**2
        root = sqrt(scale + 1)
        goal = log(root / self.level) if self.side == "two-sided" else log1p(root / (2 * self.level))
        return sqrt(2 * (scale + 1) / scale * goal)

    def p_value(self, errors: float, n: float) -> float:
        """Always valid. errors: how many standard errors the mean of n values is above what is tested."""
        scale = n * self.rho**2
        gained = scale * errors**2 / (2 * (scale + 1))
        if self.side == "two-sided":
            return max(exp(-max(gained - log(scale + 1) / 2, 0.0)), LEAST)
        towards = errors > 0 if self.side == "greater" else errors < 0
        if not towards:
            return 1.0
        if not gained > 0:
            return 1.0
        return min(1.0, max(sqrt(scale + 1) / 2 * exp(-gained) / -expm1(-gained), LEAST))

    def around(self, value: float, half: float) -> tuple[float, float]:
        """The interval's ends; the side that nobody asked about is open."""
        return (
            -inf if self.side == "less" else value - half,
            inf if self.side == "greater" else value + half,
        )


def asymptotic_difference(
    control: Moments, treatment: Moments, *, sequence: Sequence = Sequence(), relative: bool = False
) -> Estimate:
    """Treatment's mean less control's, or that over the size of control's, by the delta method: as GrowthBook has it.

    From two values in each arm on: what it claims of fewer than ``ENOUGH`` is remarked upon. NoAnswer where no value
    varies, or the control's mean is 0 and the difference relative.
    """
    value, error = _delta(control, treatment) if relative else _plain(control, treatment)
    if not error > 0:
        raise NoAnswer("All values are the same: they say nothing about how much values vary.")
    if not (isfinite(value) and isfinite(error)):
        raise NoAnswer(BEYOND)
    n = control.n + treatment.n
    low, high = sequence.around(value, sequence.spread(n) * error)
    remarks = (FEW,) if min(control.n, treatment.n) < ENOUGH else ()
    p = sequence.p_value(value / error, n)
    return Estimate(value, low, high, sequence.level, n, METHOD, Validity.ASYMPTOTIC, p, error, remarks)


def careful_difference(control: Moments, treatment: Moments, *, sequence: Sequence, relative: bool = False) -> Estimate:
    """The same for the results page: nothing is claimed of few values, and a ratio is bounded as Fieller does it.

    Arms of different sizes count as two even ones that tell as much, and need more values in the smaller one: 30 times
    the root of how many times larger the other is. A relative difference r is kept while treatment - (1 + r) control
    may be 0; where the control's mean may be 0 no r is refused. The p-value is the absolute difference's.
    """
    for arm, name in ((control, "control"), (treatment, "treatment")):
        if not arm.variance > 0:
            raise NoAnswer(f"All values of the {name} are the same: they say nothing about how much values vary.")
    value, error = _plain(control, treatment)
    if not (error > 0 and isfinite(value) and isfinite(error)):
        raise NoAnswer(BEYOND)
    n, sizes = control.n + treatment.n, (control.n, treatment.n)
    even, needed = even_size(sizes, (-1, 1)), needed_size(sizes, (-1, 1))
    spread, p = sequence.spread(even), sequence.p_value(value / error, even)
    low, high = sequence.around(value, spread * error)
    remarks: tuple[str, ...] = ()
    if relative:
        value = _delta(control, treatment)[0]
        low, high = _fieller(control, treatment, spread)
        remarks = (OPEN,) if low == -inf else ()
    if min(sizes) < needed:
        low, high, p, remarks = -inf, inf, 1.0, (FEWER.format(needed=needed),)
    return Estimate(value, low, high, sequence.level, n, METHOD, Validity.ASYMPTOTIC, p, error, remarks)


def even_size(sizes: Iterable[int], weights: Iterable[float]) -> float:
    """How many values in groups of even size and weight tell as much of a weighted sum of means as these groups do.

    >>> even_size((50, 50), (-1, 1)), round(even_size((1000, 10), (-1, 1)), 1)
    (100.0, 39.6)
    """
    parts = [(size, abs(weight)) for size, weight in zip(sizes, weights, strict=True) if weight]
    return sum(weight for _, weight in parts) ** 2 / sum(weight**2 / size for size, weight in parts)


def needed_size(sizes: Iterable[int], weights: Iterable[float]) -> int:
    """Values in the group that says least (for its weight) before anything is claimed: ENOUGH, times the root of how
    much more another one says. Skewness that does not cancel between groups takes longer to average out.
    """
    told = [size / weight**2 for size, weight in zip(sizes, weights, strict=True) if weight]
    return ceil(ENOUGH * sqrt(max(told) / min(told)))


def asymptotic_mean(arm: Moments, *, sequence: Sequence) -> Estimate:
    """One arm's mean; nothing is claimed of fewer than ``ENOUGH`` values. NoAnswer where no value varies."""
    if not arm.variance > 0:
        raise NoAnswer("All values are the same: they say nothing about how much values vary.")
    value, error = float(arm.mean[0]), sqrt(arm.variance / arm.n)
    few = arm.n < ENOUGH
    low, high = (-inf, inf) if few else sequence.around(value, sequence.spread(arm.n) * error)
    remarks = (FEW,) if few else ()
    return Estimate(value, low, high, sequence.level, arm.n, METHOD, Validity.ASYMPTOTIC, None, error, remarks)


def _plain(control: Moments, treatment: Moments) -> tuple[float, float]:
    """The difference and its standard error."""
    return float(treatment.mean[0] - control.mean[0]), hypot(_error(control), _error(treatment))


def _delta(control: Moments, treatment: Moments) -> tuple[float, float]:
    """The relative difference and its standard error. Deng, Knoblich and Lu (2018), KDD."""
    c, t = float(control.mean[0]), float(treatment.mean[0])
    base = abs(c)
    if not base:
        raise NoAnswer("The control's mean is 0: a relative difference has no meaning, ask for the absolute one.")
    return (t - c) / base, hypot(_error(treatment) / base, _error(control) / base * (t / base))


def _error(arm: Moments) -> float:
    return sqrt(arm.variance / arm.n)


def _fieller(control: Moments, treatment: Moments, spread: float) -> tuple[float, float]:
    """All r for which treatment - (1 + r) control is within ``spread`` errors of 0; all, if that bounds nothing."""
    c, t = float(control.mean[0]), float(treatment.mean[0])
    errors = (treatment.variance / treatment.n, control.variance / control.n, 0.0)
    low, high = quotient(t, c, errors, spread)
    return (low - 1, high - 1) if c > 0 else (1 - high, 1 - low)
