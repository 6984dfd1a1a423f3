"""Decisions in the order in which they were made, with the chance that each choice had."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.adaptive_allocation import aipw_terms
from analysis.statistics.words import NoAnswer

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """arms, rewards, chances: shape (n,), chances of the arm that was chosen. every: shape (n, K) of all arms, or None.

    The record of assignments keeps the chosen arm's chance, which is all that (A)IPW needs; weights that follow the
    chances of arms that were not chosen need all of them.
    """

    arms: NDArray[np.int64]
    rewards: Array
    chances: Array
    every: Array | None = None

    @classmethod
    def of(cls, arms: ArrayLike, rewards: ArrayLike, chances: ArrayLike) -> Log:
        """chances: shape (n,) of the chosen arms, or (n, K) of all. NoAnswer where a reward is missing.

        ValueError if lengths differ, or the chance of a chosen arm is not in (0, 1].
        """
        chosen, given, known = np.asarray(arms, dtype=np.int64), np.asarray(rewards, float), np.asarray(chances, float)
        if chosen.ndim != 1 or given.shape != chosen.shape or len(known) != len(chosen) or known.ndim not in (1, 2):
            raise ValueError(f"arms, rewards and chances must be as long as each other, not {chosen.shape}.")
        if not np.isfinite(given).all():
            raise NoAnswer("A reward is missing or infinite: leave its decision out, and say so, before it is counted.")
        every = known if known.ndim == 2 else None
        own = known if every is None else every[np.arange(len(chosen)), chosen]
        if not ((own > 0) & (own <= 1)).all():
            raise ValueError("The chance of a choice that was made must be above 0 and at most 1.")
        return cls(chosen, given, own, every)

    def was(self, arm: int) -> NDArray[np.bool_]:
        """In which decisions this arm was chosen."""
        was: NDArray[np.bool_] = self.arms == arm
        return was

    def pulls(self, arm: int) -> int:
        """How often."""
        return int(self.was(arm).sum())

    def together(self, arms: tuple[int, int]) -> Log:
        """The decisions in which both arms could have been chosen, as far as the choices show it: from after each was
        chosen once to the last choice of whichever was dropped first. Elsewhere a chance of 0 would speak of an arm.
        """
        places = [np.flatnonzero(self.was(arm)) for arm in arms]
        if not all(map(len, places)):
            return self._part(slice(0, 0))
        return self._part(slice(max(own[0] for own in places) + 1, min(own[-1] for own in places) + 1))

    def _part(self, part: slice) -> Log:
        every = None if self.every is None else self.every[part]
        return Log(self.arms[part], self.rewards[part], self.chances[part], every)

    def inverse(self, arm: int) -> Array:
        """What each decision says of the arm's mean: the reward over its chance, or 0 (IPW)."""
        terms: Array = np.where(self.was(arm), self.rewards / self.chances, 0.0)
        return terms

    def augmented(self, arm: int) -> Array:
        """The same with the arm's mean so far as a guess (AIPW): as right on average, and steadier."""
        return aipw_terms(self.was(arm), self.rewards, self.chances)

    def chances_of(self, arm: int) -> Array:
        """Of this arm in every decision. NoAnswer if only those of choices that were made are stored."""
        if self.every is None:
            raise NoAnswer("Only the chances of the choices that were made are stored; these weights need all of them.")
        return self.every[:, arm]
