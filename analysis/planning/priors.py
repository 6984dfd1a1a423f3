"""What earlier versions and studies say, counted for less: power priors with a stated discount.

Ibrahim, Chen, Gwon and Chen (2015), Statistics in Medicine 34. The discount is the share of each earlier unit that
counts: 1 pools, 0 forgets. It is stated beforehand and shown with every result; nothing here chooses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Final

from scipy.special import ndtr
from scipy.stats import betabinom

from analysis.statistics.words import NoAnswer

METHOD: Final = "power-prior"


@dataclass(frozen=True, slots=True)
class EarlierRate:
    """Successes of units, of an arm, in something that ended before; and how much of each unit counts."""

    successes: float
    units: float
    discount: float

    def __post_init__(self) -> None:
        if not (0 <= self.successes <= self.units and isfinite(self.units) and 0 <= self.discount <= 1):
            raise ValueError(f"0 <= successes <= units and discount in [0, 1], not {self}.")


@dataclass(frozen=True, slots=True)
class EarlierMean:
    """A mean with its standard deviation between units, of so many of them."""

    mean: float
    sd: float
    units: float
    discount: float

    def __post_init__(self) -> None:
        if not (isfinite(self.mean) and self.sd > 0 and self.units >= 1 and 0 <= self.discount <= 1):
            raise ValueError(f"sd above 0, units at least 1 and discount in [0, 1], not {self}.")


def of_rates(earlier: Sequence[EarlierRate], start: tuple[float, float] = (0.5, 0.5)) -> tuple[float, float]:
    """Beta(a, b) to begin with. ``start``: what was believed before all of them.

    >>> of_rates([EarlierRate(30, 100, 0.2)])
    (6.5, 14.5)
    """
    a = start[0] + sum(one.discount * one.successes for one in earlier)
    b = start[1] + sum(one.discount * (one.units - one.successes) for one in earlier)
    return a, b


def of_means(earlier: Sequence[EarlierMean]) -> tuple[float, float]:
    """Mean and sd of the normal prior of the mean. NoAnswer if all of it is discounted away: then there is none."""
    weights = [one.discount * one.units / one.sd**2 for one in earlier]
    if not sum(weights):
        raise NoAnswer("Nothing earlier counts, so it makes no prior: choose a discount above 0, or none at all.")
    mean = sum(weight * one.mean for weight, one in zip(weights, earlier, strict=True)) / sum(weights)
    return mean, 1 / sqrt(sum(weights))


def counted(earlier: Sequence[EarlierRate | EarlierMean]) -> float:
    """How many new units the earlier ones are worth."""
    return sum(one.discount * one.units for one in earlier)


def conflict_of_rate(prior: tuple[float, float], successes: int, units: int) -> float:
    """How surprising the new units are under the prior: two-sided predictive p-value in [0, 1].

    Small ones say that earlier and now are not alike, and that the discount is too generous. Box (1980), JRSS A 143.
    """
    law = betabinom(units, *prior)
    below, above = float(law.cdf(successes)), float(law.sf(successes - 1))
    return min(1.0, 2 * min(below, above))


def conflict_of_mean(prior: tuple[float, float], mean: float, error: float) -> float:
    """The same of a mean with its standard error."""
    z = abs(mean - prior[0]) / sqrt(prior[1] ** 2 + error**2)
    return float(2 * ndtr(-z))
