"""Mixtures of normal alternatives: the mixture sequential probability ratio test, and sequences of a known spread."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

from analysis.statistics.confidence_sequences import normal_mixture_boundary
from analysis.statistics.moments import Moments
from analysis.statistics.sequential.asymptotics import LEAST, Sequence
from analysis.statistics.words import Estimate, NoAnswer, Validity


@dataclass(frozen=True, slots=True)
class Ratio:
    """Of a mixture of alternatives to no difference. log_ratio: natural logarithm; half_width: of the interval."""

    log_ratio: float
    half_width: float

    @property
    def p_value(self) -> float:
        """Always valid, at this look; the least one so far is valid too."""
        return max(exp(-max(self.log_ratio, 0.0)), LEAST)


def mixture_ratio_of(difference: float, variance: float, *, tau2: float, level: float = 0.05) -> Ratio:
    """Of N(0, tau2) effects to none. variance: of the difference. ValueError unless both are above 0."""
    if not variance > 0 or not tau2 > 0 or not 0 < level < 1:
        raise ValueError(f"variance, tau2 must be above 0 and level in (0, 1), not {variance}, {tau2} and {level}.")
    grown = log((variance + tau2) / variance)
    gained = difference**2 * tau2 / (2 * variance * (variance + tau2)) - grown / 2
    return Ratio(gained, sqrt(variance * (variance + tau2) / tau2 * (2 * log(1 / level) + grown)))


def sequential_ratio_test(control: Moments, treatment: Moments, *, tau2: float, level: float = 0.05) -> Estimate:
    """Two means' difference by the mixture sequential probability ratio test, spreads put in from the data.

    tau2: the variance of the differences that are looked for, in squared units: the square of the least difference
    that matters is a fair choice. Johari, Koomen, Pekelis and Walsh (2022), Operations Research 70. NoAnswer where an
    arm has fewer than two values or nothing varies.
    """
    variance = _squared_error(control, "control") + _squared_error(treatment, "treatment")
    value = float(treatment.mean[0] - control.mean[0])
    return _estimate(value, variance, control.n + treatment.n, tau2, level)


def sequential_ratio_test_of_mean(arm: Moments, *, tau2: float, against: float = 0.0, level: float = 0.05) -> Estimate:
    """One mean (of paired differences, say) against a value, in the same way."""
    found = _estimate(float(arm.mean[0]) - against, _squared_error(arm, "arm"), arm.n, tau2, level)
    return Estimate(
        found.value + against,
        found.low + against,
        found.high + against,
        level,
        found.n,
        found.method,
        found.validity,
        found.p_value,
        found.standard_error,
    )


def _squared_error(arm: Moments, name: str) -> float:
    if arm.n < 2 or not arm.variance > 0:
        raise NoAnswer(f"The values of the {name} do not vary, or are fewer than two: nothing says how sure a mean is.")
    return arm.variance / arm.n


def _estimate(value: float, variance: float, n: int, tau2: float, level: float) -> Estimate:
    found = mixture_ratio_of(value, variance, tau2=tau2, level=level)
    low, high = value - found.half_width, value + found.half_width
    return Estimate(value, low, high, level, n, "mixture-sprt", Validity.ASYMPTOTIC, found.p_value, sqrt(variance))


def normal_sequence(mean: float, n: int, sigma: float, *, sequence: Sequence) -> Estimate:
    """The mean of values that are sub-Gaussian with a known sigma (normal; or of a range 2 sigma wide): exact.

    Robbins (1970), Annals of Mathematical Statistics 41; Howard, Ramdas, McAuliffe and Sekhon (2021), Annals of
    Statistics 49. ValueError unless sigma > 0; NoAnswer before the first value.
    """
    if not sigma > 0:
        raise ValueError(f"sigma must be above 0, not {sigma}.")
    if n < 1:
        raise NoAnswer("There is no value yet.")
    sides, level = 2 if sequence.side == "two-sided" else 1, sequence.level
    reach = sigma * normal_mixture_boundary(float(n), level=level, best_at=sequence.tuning_n, sides=sides) / n
    low, high = sequence.around(mean, reach)
    return Estimate(mean, low, high, level, n, "normal-mixture", Validity.ANYTIME, None, sigma / sqrt(n))
