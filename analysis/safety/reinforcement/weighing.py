"""How much more often a new policy would have done what was done, and how that moves with its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import TYPE_CHECKING

import numpy as np

from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.policies.policy import Cells, FittedPolicy, Policy
from analysis.safety.terms import Array

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

NEVER = -745.0
"""The logarithm of the least number above 0: what is never done has it, so that sums stay numbers."""
LARGEST = 1e100
DENSE = 8
"""A table of counts is kept whole if it has at most so many entries for each step."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Ratios of chances. episodes: (n,), of whole episodes. steps: (s,), up to each step; None: not asked for."""

    episodes: Array
    steps: Array | None


@dataclass(frozen=True, slots=True, eq=False)
class Pulls:
    """d total / d log ratio: of whole episodes (n,), and up to each step (s,), where there are any."""

    episodes: Array
    steps: Array | None


class Weighing:
    """A policy over recorded episodes. What does not depend on theta is done once."""

    def __init__(self, policy: Policy, episodes: Episodes, *, by_step: bool) -> None:
        cells = Cells.of(episodes, by_chance=policy.needs_chances)
        self.fitted: FittedPolicy = policy.over(cells)
        self.size = self.fitted.size
        self._starts, self._by_step = episodes.starts, by_step
        self._of_step, self._cells = cells.of_step, len(cells.chances)
        self._behaviour = np.log(episodes.chances)
        self._behaviours = np.add.reduceat(self._behaviour, self._starts[:-1])

    def weights(self, theta: Array) -> Weights:
        """None above LARGEST: a weight cut there leaves a bound by anchored values a bound, as every clip does."""
        logs = np.maximum(self.fitted.logs(theta), NEVER)
        episodes = _ratios(self._counts @ logs - self._behaviours)
        steps = _ratios(self._running(logs[self._of_step] - self._behaviour)) if self._by_step else None
        return Weights(episodes, steps)

    def pull(self, theta: Array, pulls: Pulls) -> Array:
        """The gradient, shape (size,): one pass, however many quantities are in it."""
        by_cell = pulls.episodes @ self._counts
        if pulls.steps is not None:
            by_cell = by_cell + np.bincount(self._of_step, self._to_come(pulls.steps), minlength=self._cells)
        return self.fitted.pull(theta, by_cell)

    @cached_property
    def _counts(self) -> Array | csr_matrix:
        """How often each cell occurs in each episode, (n, c)."""
        steps, n = len(self._of_step), len(self._starts) - 1
        if n * self._cells <= DENSE * steps:
            places = np.repeat(np.arange(n) * self._cells, np.diff(self._starts)) + self._of_step
            whole = np.bincount(places, minlength=n * self._cells).astype(np.float64)
            return whole.reshape(n, self._cells)
        from scipy.sparse import csr_matrix

        counts = csr_matrix((np.ones(steps), self._of_step, self._starts), shape=(n, self._cells))
        counts.sum_duplicates()
        return counts

    def _running(self, logs: Array) -> Array:
        """Sums up to each step of its episode."""
        sums = np.cumsum(logs)
        before = np.concatenate([[0.0], sums])[self._starts[:-1]]
        found: Array = sums - np.repeat(before, np.diff(self._starts))
        return found

    def _to_come(self, pulls: Array) -> Array:
        """Sums from each step to the end of its episode: a step's ratio is in all that follow."""
        sums = np.cumsum(pulls)
        ends = np.repeat(sums[self._starts[1:] - 1], np.diff(self._starts))
        found: Array = ends - sums + pulls
        return found


def _ratios(logs: Array) -> Array:
    found: Array = np.exp(np.minimum(logs, log(LARGEST)))
    return found
