"""A difference of two arms that stays valid at every look, although a bandit allocated and goes on allocating.

Each decision says of the difference what its AIPW terms say; their mean, given all before, is the difference. With a
promised least chance the terms have two ends, and the bet is exact; without one it is asymptotic. Waudby-Smith, Wu,
Ramdas, Karampatziakis and Mineiro (2024), ACM/IMS Journal of Data Science 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf, sqrt
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.estimates.fieller import quotient
from analysis.statistics.moments import Moments
from analysis.statistics.sequential.asymptotics import OPEN, TUNING_N, Sequence
from analysis.statistics.sequential.bounded_comparison import mean_of
from analysis.statistics.sequential.bounded_evidence import Array, BoundedEvidence
from analysis.statistics.words import Estimate, NoAnswer, Validity

CONTROL, TREATMENT, OTHER = 0, 1, -1
ENOUGH = 100
"""Pulls of each arm before the asymptotic sequence claims anything: with 30 it errs up to 13 % at level 5 %."""
FEW = f"An arm was chosen fewer than {ENOUGH} times: too few to know how much rewards vary, so nothing is claimed yet."


@dataclass(frozen=True, slots=True)
class Guess:
    """An arm's own pulls and rewards so far: its mean is the guess for what it would have given the others."""

    pulls: int = 0
    rewards: float = 0.0

    def along(self, was: NDArray[np.bool_], rewards: Array, first: float) -> tuple[Array, Guess]:
        """The mean before each of these decisions (``first`` before the first reward), and what is known after them."""
        own = np.where(was, rewards, 0.0)
        pulls, totals = self.pulls + np.cumsum(was), self.rewards + np.cumsum(own)
        seen = pulls - was
        before = np.where(seen > 0, (totals - own) / np.maximum(seen, 1), first)
        return before, Guess(self.pulls + int(was.sum()), self.rewards + float(own.sum()))


@dataclass(frozen=True, slots=True, eq=False)
class ContrastEvidence:
    """Of the decisions so far. moments: of both arms' terms (treatment, control). exact: None without ends and floor.

    low, high: the range of the rewards. floor: the least chance that each of both arms ever has.
    """

    low: float
    high: float
    floor: float
    control: Guess
    treatment: Guess
    moments: Moments
    exact: BoundedEvidence | None

    @classmethod
    def start(cls, *, low: float = -inf, high: float = inf, floor: float = 0.0) -> ContrastEvidence:
        """Before the first decision. ValueError unless low < high and 0 <= floor <= 1/2."""
        if not low < high or not 0 <= floor <= 0.5:
            raise ValueError(f"low must be below high and floor from 0 to 1/2, not {low}, {high} and {floor}.")
        exact = BoundedEvidence.start(-1 / floor, 1 / floor) if floor and high - low < inf else None
        return cls(low, high, floor, Guess(), Guess(), Moments.none(2), exact)

    def update(self, chosen: ArrayLike, rewards: ArrayLike, chances: ArrayLike) -> ContrastEvidence:
        """With these decisions too, in their order: those in which both arms could have been chosen.

        chosen: 1 treatment, 0 control, -1 another arm. chances: of the arm that was chosen. NoAnswer where a reward is
        missing or out of range; ValueError where a chance is no probability or below the floor.
        """
        which, given, known = np.asarray(chosen, np.int64), np.asarray(rewards, float), np.asarray(chances, float)
        ours = which != OTHER
        self._check(given[ours], known[ours])
        if not len(which):
            return self
        terms, guesses = [], []
        for guess, arm in ((self.treatment, TREATMENT), (self.control, CONTROL)):
            was = which == arm
            before, after = guess.along(was, given, self._first)
            terms.append(before + np.where(was, (given - before) / np.where(was, known, 1.0), 0.0))
            guesses.append(after)
        exact = self.exact
        if exact is not None:
            parts = (terms[0] - terms[1]) / (self.high - self.low)
            exact = exact.update(np.clip(parts, exact.low, exact.high))
        moments = self.moments + Moments.of(*terms)
        return replace(self, treatment=guesses[0], control=guesses[1], moments=moments, exact=exact)

    def value(self, *, relative: bool = False) -> float:
        """The difference itself, right on average whatever the bandit did. NoAnswer as ``interval``."""
        if not min(self.control.pulls, self.treatment.pulls):
            raise NoAnswer("An arm was not chosen yet: there is nothing to compare.")
        treated, base = (float(mean) for mean in self.moments.mean)
        if relative and not base:
            raise NoAnswer("The control's mean is 0: a relative difference has no meaning, ask for the absolute one.")
        return (treated - base) / abs(base) if relative else treated - base

    def interval(self, *, level: float = 0.05, relative: bool = False) -> Estimate:
        """The difference; relative: over the size of the control's mean (asymptotic in any case).

        NoAnswer while an arm was not chosen yet.
        """
        value = self.value(relative=relative)
        if self.exact is None or relative:
            return self._asymptotic(level, value, relative=relative)
        found, width = mean_of(self.exact, level=level, against=0.0), self.high - self.low
        low, high = max(found.low, -1.0) * width, min(found.high, 1.0) * width
        inside = min(max(value, low), high)
        return replace(found, value=inside, low=low, high=high, method="aipw-betting-sequence")

    def _asymptotic(self, level: float, value: float, *, relative: bool) -> Estimate:
        sequence, n = Sequence(level, TUNING_N), self.moments.n
        few = min(self.control.pulls, self.treatment.pulls) < ENOUGH
        spread = self.moments.covariance / n
        error = sqrt(max(float(spread[0, 0] + spread[1, 1] - 2 * spread[0, 1]), 0.0))
        if not error > 0:
            raise NoAnswer("All rewards are the same: nothing says how sure a difference is.")
        p = sequence.p_value(self.value() / error, n)
        reach, remarks = sequence.spread(n), (FEW,) if few else ()
        low, high = self._quotient(spread, reach) if relative else sequence.around(value, reach * error)
        if relative and not few and low == -inf:
            remarks = (OPEN,)
        if few:
            low, high, p = -inf, inf, 1.0
        method, shown = "aipw-asymptotic-sequence", None if relative else error
        return Estimate(value, low, high, level, n, method, Validity.ASYMPTOTIC, p, shown, remarks)

    def _quotient(self, spread: Array, reach: float) -> tuple[float, float]:
        """All relative differences within reach, as Fieller has it."""
        treated, base = (float(mean) for mean in self.moments.mean)
        errors = (float(spread[0, 0]), float(spread[1, 1]), float(spread[0, 1]))
        low, high = quotient(treated, base, errors, reach)
        return (low - 1, high - 1) if base > 0 else (1 - high, 1 - low)

    def to_json(self) -> dict[str, object]:
        """As plain numbers; infinite ends as None."""
        ends = {"low": self.low if self.low > -inf else None, "high": self.high if self.high < inf else None}
        guesses = [[guess.pulls, guess.rewards] for guess in (self.control, self.treatment)]
        sums = [self.moments.n, self.moments.mean.tolist(), self.moments.scatter.tolist()]
        exact = None if self.exact is None else self.exact.to_json()
        return {**ends, "floor": self.floor, "guesses": guesses, "moments": sums, "exact": exact}

    @classmethod
    def parse(cls, stored: Mapping[str, object]) -> ContrastEvidence:
        """What ``to_json`` gave."""
        low, high = (
            infinite if stored[name] is None else float(cast("float", stored[name]))
            for name, infinite in (("low", -inf), ("high", inf))
        )
        control, treatment = (Guess(*one) for one in cast("list[tuple[int, float]]", stored["guesses"]))
        n, mean, scatter = cast("tuple[int, list[float], list[list[float]]]", stored["moments"])
        moments = Moments(n, np.array(mean, dtype=float), np.array(scatter, dtype=float))
        kept = cast("Mapping[str, object] | None", stored["exact"])
        exact = None if kept is None else BoundedEvidence.parse(kept)
        return cls(low, high, float(cast("float", stored["floor"])), control, treatment, moments, exact)

    @property
    def _first(self) -> float:
        """The guess before the first reward: within the range, so that no term leaves its ends."""
        return 0.0 if self.exact is None else (self.low + self.high) / 2

    def _check(self, rewards: Array, chances: Array) -> None:
        if not ((chances > 0) & (chances <= 1) & (chances >= self.floor * (1 - 1e-9))).all():
            raise ValueError(f"chances must be above 0, at least the floor {self.floor:g} and at most 1.")
        if not (np.isfinite(rewards) & (rewards >= self.low) & (rewards <= self.high)).all():
            raise NoAnswer("A reward is missing or outside its declared range.")
