"""Means and differences that stay valid while you look, although a bandit allocated and goes on allocating.

The stored chance of each choice makes every decision speak of every arm: a reward R of an arm that was chosen with
chance e counts R / e for that arm and 0 for the others, which is right on average whatever the bandit did (IPW). With
the arm's mean so far as a guess m it counts m + (R - m) / e, and m for the others: as right, and steadier (AIPW).

Terms are added in the order of the decisions. Waudby-Smith, Wu, Ramdas, Karampatziakis and Mineiro (2024), "Anytime-
valid off-policy inference for contextual bandits", ACM/IMS Journal of Data Science 1; lower bounds need no upper end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from math import inf, log, sqrt

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.confidence_sequences import MOST_BET, Array, Estimate, asymptotic


@dataclass(frozen=True)
class LowerBound:
    """An empirical Bernstein lower bound that grows with its values; it keeps six numbers, not the values.

    Values are 0 or more, without an upper end; the mean of each given the past is the same number, at most 1.
    """

    level: float
    n: int = 0
    total: float = 0.0
    spread: float = 0.0
    bets: float = 0.0
    won: float = 0.0
    charge: float = 0.0

    def plus(self, values: Array) -> LowerBound:
        """With these values too. Any grouping gives the same, but for rounding."""
        if not len(values):
            return self
        t = self.n + np.arange(1, len(values) + 1)
        totals = self.total + np.cumsum(values)
        before = np.concatenate([[self.total], totals[:-1]])
        spreads = self.spread + np.cumsum((values - np.minimum((0.5 + totals) / (t + 1), 1.0)) ** 2)
        variance = (0.25 + np.concatenate([[self.spread], spreads[:-1]])) / t
        bets = np.minimum(np.sqrt(2 * log(1 / self.level) / (t * np.log1p(t) * variance)), MOST_BET)
        guesses = np.minimum(before / np.maximum(t - 1, 1), 1.0)
        return LowerBound(
            level=self.level,
            n=int(t[-1]),
            total=float(totals[-1]),
            spread=float(spreads[-1]),
            bets=self.bets + float(bets.sum()),
            won=self.won + float((bets * values).sum()),
            charge=self.charge + float(((values - guesses) ** 2 * (-np.log1p(-bets) - bets)).sum()),
        )

    @property
    def value(self) -> float:
        """The bound now; may be below 0."""
        return (self.won - log(1 / self.level) - self.charge) / self.bets if self.n else -inf


@dataclass(frozen=True)
class ArmEvidence:
    """What the decisions so far say of one arm's mean: that of all units, had each of them got this arm.

    low, high: the range of the rewards; without one (-inf, inf) only the asymptotic interval is known. floor: the least
    chance the arm ever has; 0 if that is not promised: the interval is as valid, but wider at the far end.
    level: of the interval. pulls, rewards: the arm's own, unweighted. total, squares: sums of the AIPW terms.
    """

    level: float = 0.05
    low: float = 0.0
    high: float = 1.0
    floor: float = 0.0
    n: int = 0
    pulls: int = 0
    rewards: float = 0.0
    total: float = 0.0
    squares: float = 0.0
    below: LowerBound = field(default=LowerBound(0.025))
    above: LowerBound = field(default=LowerBound(0.025))

    @classmethod
    def start(cls, *, level: float = 0.05, low: float = 0.0, high: float = 1.0, floor: float = 0.0) -> ArmEvidence:
        """Before the first decision. ValueError if level, range or floor cannot be that."""
        if not 0 < level < 1 or not low < high or not 0 <= floor <= 1:
            raise ValueError(f"level in (0, 1), low < high, floor in [0, 1], not {level}, {low} to {high}, {floor}.")
        side = LowerBound(level / 2)
        return cls(level, low, high, floor, below=side, above=side)

    @property
    def is_bounded(self) -> bool:
        """Whether the rewards have a range."""
        return self.high - self.low < inf

    def plus(self, chosen: ArrayLike, rewards: ArrayLike, chances: ArrayLike) -> ArmEvidence:
        """With these decisions too, in their order; leave out those in which the arm had no chance at all.

        chosen: whether it was this arm. rewards, chances: of the decision, looked at only where it was.
        ValueError if a chance is no probability, is below the floor, or a reward leaves the range.
        """
        was, value, chance = np.asarray(chosen, bool), np.asarray(rewards, float), np.asarray(chances, float)
        self._check(value[was], chance[was])
        own = np.where(was, value, 0.0)
        pulls, totals = self.pulls + np.cumsum(was), self.rewards + np.cumsum(own)
        seen = np.concatenate([[self.pulls], pulls[:-1]]) if len(own) else pulls
        guess = (np.concatenate([[self.rewards], totals[:-1]]) if len(own) else totals) / np.maximum(seen, 1)
        weight = np.where(was, 1 / np.where(was, chance, 1.0), 0.0)
        terms = guess + weight * (own - guess)
        below, above = self._sides(own, weight, guess) if self.is_bounded else (self.below, self.above)
        return ArmEvidence(
            self.level,
            self.low,
            self.high,
            self.floor,
            below=below,
            above=above,
            n=self.n + len(own),
            pulls=self.pulls + int(was.sum()),
            rewards=self.rewards + float(own.sum()),
            total=self.total + float(terms.sum()),
            squares=self.squares + float((terms**2).sum()),
        )

    def interval(self) -> Estimate:
        """The arm's mean. Its bounds hold at every number of decisions at once."""
        if not self.n:
            return Estimate((self.low + self.high) / 2 if self.is_bounded else 0.0, self.low, self.high)
        if not self.is_bounded:
            return self.asymptotic()
        width, value = self.high - self.low, min(max(self.total / self.n, self.low), self.high)
        low, high = max(self._unscaled(self.below.value), 0.0), 1 - max(self._unscaled(self.above.value), 0.0)
        low, high = self.low + width * low, self.low + width * high
        return Estimate(min(max(value, low), high) if low <= high else value, low, high)

    def asymptotic(self) -> Estimate:
        """The same from the spread of the terms, for rewards without a range; right once there are enough decisions."""
        mean = self.total / self.n if self.n else 0.0
        variance = self.squares / self.n - mean * mean if self.n else 0.0
        if self.pulls < 2:
            return Estimate(mean, -inf, inf)
        return asymptotic(mean, variance, self.n, level=self.level)

    def to_json(self) -> dict[str, object]:
        """As plain numbers; infinite bounds as None."""
        written = asdict(self)
        return {**written, **({} if self.is_bounded else {"low": None, "high": None})}

    @classmethod
    def parse(cls, stored: dict[str, object]) -> ArmEvidence:
        """What ``to_json`` gave."""
        parts: dict[str, object] = dict(stored)
        for side in ("below", "above"):
            kept = parts[side]
            parts[side] = LowerBound(**kept) if isinstance(kept, dict) else kept
        ends = {name: end for name, end in (("low", -inf), ("high", inf)) if parts[name] is None}
        return cls(**{**parts, **ends})  # type: ignore[arg-type] # what to_json wrote

    def _check(self, values: Array, chances: Array) -> None:
        if not ((chances > 0) & (chances <= 1) & (chances >= self.floor * (1 - 1e-9))).all():
            raise ValueError(f"chances must be above 0, at least the floor {self.floor:g} and at most 1.")
        if not ((values >= self.low) & (values <= self.high) & np.isfinite(values)).all():
            raise ValueError(f"rewards must be numbers from {self.low:g} to {self.high:g}.")

    def _sides(self, own: Array, weight: Array, guess: Array) -> tuple[LowerBound, LowerBound]:
        """With a floor f, a term is at least 1 - 1/f, so that 1 + f (term - 1) is 0 or more; without, take no guess."""
        width = self.high - self.low
        x = np.where(weight > 0, (own - self.low) / width, 0.0)
        if not self.floor:
            return self.below.plus(weight * x), self.above.plus(weight * (1 - x))
        m = np.clip((guess - self.low) / width, 0.0, 1.0)
        term = m + weight * (x - m)
        shifted = [1 + self.floor * (one - 1) for one in (term, 1 - term)]
        return self.below.plus(np.maximum(shifted[0], 0)), self.above.plus(np.maximum(shifted[1], 0))

    def _unscaled(self, bound: float) -> float:
        return 1 + (bound - 1) / self.floor if self.floor else bound


def difference(first: Estimate, second: Estimate) -> Estimate:
    """first - second, from intervals that hold together (each at half the level, or a level shared by all arms)."""
    return Estimate(first.value - second.value, first.low - second.high, first.high - second.low)


@dataclass(frozen=True)
class Regret:
    """What was lost against always handing out the best arm, in all decisions so far."""

    value: float
    low: float
    high: float
    best: int | None


def regret(pulls: Sequence[float], means: Sequence[Estimate]) -> Regret:
    """Pulls times how far each arm's mean is below the best one's; bounds for any means inside all the intervals.

    The intervals must hold together: each at the level divided by the number of arms. best: the place of the arm in
    front; None without arms that are known.

    >>> regret([16, 48], [Estimate(0.125, 0.0, 0.25), Estimate(0.5, 0.375, 0.75)])
    Regret(value=6.0, low=2.0, high=12.0, best=1)
    """
    known = [place for place, mean in enumerate(means) if mean.low > -inf and mean.high < inf]
    if not known or len(known) < len(means):
        return Regret(0.0, 0.0, inf, None)
    best = max(known, key=lambda place: (means[place].value, pulls[place]))
    floor = max(mean.low for mean in means)
    value = sum(n * (means[best].value - mean.value) for n, mean in zip(pulls, means, strict=True))
    low = sum(n * max(floor - mean.high, 0.0) for n, mean in zip(pulls, means, strict=True))
    high = max(
        sum(n * max(top.high - mean.low, 0.0) for n, mean in zip(pulls, means, strict=True) if mean is not top)
        for top in means
        if top.high >= floor
    )
    return Regret(float(value), float(low), float(high), best)


def weighted_mean(chosen: ArrayLike, rewards: ArrayLike, chances: ArrayLike) -> tuple[float, float]:
    """An arm's mean and its standard error, for one look at the end: AIPW terms weighted by the root of their chance.

    chances: of this arm, in every decision. Hadad, Hirshberg, Zhan, Wager and Athey (2021), PNAS 118.
    """
    was, value, chance = np.asarray(chosen, bool), np.asarray(rewards, float), np.asarray(chances, float)
    terms, weight = aipw_terms(was, value, chance), np.sqrt(chance)
    mean = float((weight * terms).sum() / weight.sum())
    return mean, sqrt(float((weight**2 * (terms - mean) ** 2).sum())) / float(weight.sum())


def aipw_terms(chosen: ArrayLike, rewards: Array, chances: Array) -> Array:
    """What each decision says of the arm's mean, with its mean before as the guess (0 before its first reward)."""
    was = np.asarray(chosen, bool)
    own = np.where(was, rewards, 0.0)
    seen, totals = np.cumsum(was) - was, np.cumsum(own) - own
    guess = totals / np.maximum(seen, 1)
    terms: Array = guess + np.where(was, (own - guess) / chances, 0.0)
    return terms
