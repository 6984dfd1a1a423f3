"""What is assumed of a study: its arms, its measure, what differs, and who gives no value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rng = np.random.Generator
KINDS = ("yes_no", "number", "count")


@dataclass(frozen=True, slots=True)
class Assumed:
    """kind: of the measure. mean, sd: under control, of one answer (sd: of numbers). effects: added to it, by arm.

    control: the place of an arm, whose effect is 0. direction: up or down, which is better. low, high: ends of numbers.
    trials: answers of one unit, of which icc is how alike they are. drop_out: share of units without a value.
    within: everybody is under every arm, correlation that between arms.
    """

    arms: tuple[str, ...]
    kind: str
    mean: float
    effects: tuple[float, ...]
    sd: float = 1.0
    control: int = 0
    direction: str = "up"
    low: float = -inf
    high: float = inf
    trials: int = 1
    icc: float = 0.0
    drop_out: float = 0.0
    within: bool = False
    correlation: float = 0.5

    def __post_init__(self) -> None:
        if len(self.arms) < 2 or len(self.effects) != len(self.arms):
            raise ValueError("arms must be two or more, with an effect for each.")
        if not 0 <= self.control < len(self.arms) or self.effects[self.control] != 0:
            raise ValueError("control must be the place of an arm, and its effect 0.")
        if self.kind not in KINDS or self.direction not in ("up", "down"):
            raise ValueError(f"kind must be one of {', '.join(KINDS)} and direction up or down.")
        if not (self.sd > 0 and self.trials >= 1 and 0 <= self.icc <= 1 and 0 <= self.drop_out < 1):
            raise ValueError("sd above 0, trials at least 1, icc in [0, 1], drop_out in [0, 1).")
        self._require_means()

    def _require_means(self) -> None:
        low, high = (0.0, 1.0) if self.kind == "yes_no" else (self.low, self.high)
        low = max(low, 0.0) if self.kind == "count" else low
        for arm, mean in zip(self.arms, self.means, strict=True):
            if not low <= mean <= high:
                raise ValueError(f"The mean of “{arm}” would be {mean:g}, outside {low:g} to {high:g}.")

    @property
    def k(self) -> int:
        """How many arms."""
        return len(self.arms)

    @property
    def means(self) -> tuple[float, ...]:
        """By arm."""
        return tuple(self.mean + effect for effect in self.effects)

    @property
    def sign(self) -> float:
        """1 where more is better."""
        return 1.0 if self.direction == "up" else -1.0

    @property
    def best(self) -> tuple[int, ...]:
        """The places of the best arms: several where they are equal."""
        signed = [self.sign * mean for mean in self.means]
        return tuple(place for place, one in enumerate(signed) if one >= max(signed) - 1e-12)

    @property
    def has_ends(self) -> bool:
        """Whether both ends of a value are known, so that results look at it by bets."""
        return self.kind == "yes_no" or (self.kind == "number" and bool(np.isfinite(self.width)))

    @property
    def width(self) -> float:
        """Of the range of values; inf without one."""
        return 1.0 if self.kind == "yes_no" else self.high - self.low

    def part(self, value: float) -> float:
        """A value as a part of the range."""
        return value if self.kind == "yes_no" else (value - self.low) / self.width

    def parts(self, values: Array) -> Array:
        """The same of many, kept within it."""
        low = 0.0 if self.kind == "yes_no" else self.low
        return np.asarray(np.clip((values - low) / self.width, 0.0, 1.0))

    def without_effect(self) -> Assumed:
        """The same, all arms alike."""
        return replace(self, effects=(0.0,) * self.k)

    def unit_sd(self, mean: float) -> float:
        """Of a unit's value: the mean of its trials."""
        if self.kind == "yes_no":
            one = sqrt(mean * (1 - mean))
        elif self.kind == "count":
            one = sqrt(mean)
        else:
            one = self.sd
        return one * sqrt(self.icc + (1 - self.icc) / self.trials)

    def draw(self, arm: int, shape: tuple[int, ...], rng: Rng) -> Array:
        """Values of units under one arm. Numbers between two ends are Beta, others normal; all have mean and sd."""
        mean = self.means[arm]
        if self.kind == "yes_no":
            return self._rates(mean, shape, rng)
        if self.kind == "count":
            return self._counts(mean, shape, rng)
        sd = self.unit_sd(mean)
        if not np.isfinite(self.width):
            return np.asarray(rng.normal(mean, sd, shape))
        width = self.width
        m = min(max((mean - self.low) / width, 1e-9), 1 - 1e-9)
        size = max(m * (1 - m) / (sd / width) ** 2 - 1, 1e-3)
        return np.asarray(self.low + width * rng.beta(m * size, (1 - m) * size, shape))

    def _rates(self, mean: float, shape: tuple[int, ...], rng: Rng) -> Array:
        if self.trials == 1 or self.icc == 0 or mean in (0.0, 1.0):
            return np.asarray(rng.binomial(self.trials, mean, shape) / self.trials)
        if self.icc == 1:
            return np.asarray((rng.random(shape) < mean).astype(float))
        size = (1 - self.icc) / self.icc
        own = rng.beta(mean * size, (1 - mean) * size, shape)
        return np.asarray(rng.binomial(self.trials, own) / self.trials)

    def _counts(self, mean: float, shape: tuple[int, ...], rng: Rng) -> Array:
        """A unit's own rate is Gamma, so that its counts are as alike as icc says."""
        if self.trials == 1 or self.icc == 0 or mean == 0:
            return np.asarray(rng.poisson(mean * self.trials, shape) / self.trials)
        spread = min(self.icc, 0.999) / (1 - min(self.icc, 0.999))
        own = rng.gamma(mean / spread, spread, shape)
        return np.asarray(rng.poisson(own * self.trials) / self.trials)

    def draw_within(self, shape: tuple[int, int], rng: Rng) -> Array:
        """Values of units under every arm, (*shape, k): normal with the correlation, between the ends if there are any.

        Yes or no: that share of people say the same wherever both are as likely, the others as if they were strangers.
        """
        means, rho = np.array(self.means), max(self.correlation, 0.0)
        if self.kind == "yes_no" and self.trials == 1:
            alike = rng.random((*shape, 1)) < rho
            chance = np.where(alike, rng.random((*shape, 1)), rng.random((*shape, self.k)))
            return np.asarray((chance < means).astype(float))
        shared = rng.normal(size=(*shape, 1))
        own = rng.normal(size=(*shape, self.k))
        z = sqrt(rho) * shared + sqrt(1 - rho) * own
        values = means + z * np.array([self.unit_sd(mean) for mean in self.means])
        return np.asarray(np.clip(values, *((0.0, 1.0) if self.kind == "yes_no" else (self.low, self.high))))
