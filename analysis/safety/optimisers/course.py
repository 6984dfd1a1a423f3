"""A search on its way: the problem as a method sees it, and a memory of everything that was seen."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.safety.finite import are_finite
from analysis.safety.terms import Array, Candidate, Look, Problem, Rows, Trace, Watch

NOTHING_FINITE = "The objective, or a constraint's bound, was not a finite number wherever the search looked."
NOT_FEASIBLE = "No parameters were found of which all constraints are foreseen to hold; these come closest."
WORTH_MORE = 1e-6  # relative: what gains less than this is no progress

Rank = tuple[int, float, float]


@dataclass(frozen=True, slots=True)
class Parts:
    """A problem in batches. strata: shape (rows,)."""

    strata: NDArray[np.intp]
    part: Callable[[Rows], Problem]


@dataclass(frozen=True, slots=True)
class _Found:
    theta: Array
    look: Look
    rank: Rank


class Course:
    """Is a Problem itself: every look goes through here, so no feasible theta that was seen is ever lost.

    A feasible theta is better than one that is not, then the lower objective counts; among those that are not, the
    smaller 2-norm of what is above 0, then the objective. A place with anything that is not finite is never kept.
    """

    def __init__(self, problem: Problem, watch: Watch, *, plain: bool = False, parts: Parts | None = None) -> None:
        """plain: among those that are not feasible the 2-norm of the bounds themselves counts, as in the engine."""
        self.size, self.count, self.parts = problem.size, problem.count, parts
        self._problem, self._watch, self._plain = problem, watch, plain
        self._slack: Array | None = None
        self._rows: list[tuple[Look, Array]] = []
        self._planned = self._progress = 0
        self._last: tuple[bytes, Look] | None = None
        self._best: _Found | None = None
        self._best_row = -1

    # --- The problem, as it is searched ---

    def look(self, theta: Array) -> Look:
        return self.note(theta, self._problem.look(theta))

    def slope(self, theta: Array, weights: Array) -> tuple[Look, Array]:
        look, gradient = self._problem.slope(theta, weights)
        return self.note(theta, look), gradient

    def slopes(self, theta: Array) -> tuple[Look, Array, Array]:
        look, gradient, jacobian = self._problem.slopes(theta)
        return self.note(theta, look), gradient, jacobian

    # --- What was found ---

    @property
    def iterations(self) -> int:
        return len(self._rows)

    @property
    def idle(self) -> int:
        """How many iterations ago something better was last found."""
        return len(self._rows) - self._progress

    @property
    def best(self) -> Array | None:
        return None if self._best is None else self._best.theta.copy()

    def holds(self) -> bool:
        """Whether all constraints were seen to hold together, with no slack."""
        return self._best is not None and self._best.rank[0] == 0

    def candidate(self) -> Candidate:
        """The best that was seen. theta is None if nothing finite was."""
        if self._best is None:
            return Candidate(None, False, self._trace(-1), NOTHING_FINITE)
        if not self.holds():
            return Candidate(self.best, False, self._trace(-1), NOT_FEASIBLE)
        self._keep_row_of(self._best.look)
        return Candidate(self.best, True, self._trace(self._best_row))

    # --- The record ---

    def plan(self, iterations: int) -> None:
        """So many more may follow: for whoever watches."""
        self._planned = len(self._rows) + iterations

    def step(self, theta: Array, multipliers: Array) -> None:
        """An iteration has come to theta, and looked at it: one row of the trace."""
        if self._last is None or self._last[0] != theta.tobytes():
            self.look(theta)
        look = self._last[1] if self._last else self._problem.look(theta)
        self._rows.append((look, multipliers.copy()))
        if self._best is not None and self._best.look is look:
            self._best_row = len(self._rows) - 1
        self._watch(len(self._rows), max(self._planned, len(self._rows)), look)

    def note(self, theta: Array, look: Look, *, counts: bool = True) -> Look:
        """What was seen of theta, as the method is to take it: what is granted as slack is taken away.

        counts: whether these are rows enough for it to be called feasible.
        """
        self._last = (theta.tobytes(), look)
        rank = self._rank(look, counts=counts)
        if are_finite(rank) and (self._best is None or rank < self._best.rank):
            if self._best is None or _is_progress(self._best.rank, rank):
                self._progress = len(self._rows)
            self._best = _Found(theta.copy(), look, rank)
        return look if self._slack is None else Look(look.objective, look.bounds - self._slack)

    def relax(self) -> None:
        """From here on the constraints need not hold better than where they held best so far, within a thousandth."""
        if self._best is not None:
            self._slack = np.maximum(self._best.look.bounds, 0.0) * (1 + 1e-3) + 1e-6
            self._best = _Found(self._best.theta, self._best.look, self._rank(self._best.look))

    def _rank(self, look: Look, *, counts: bool = True) -> Rank:
        if look.feasible and counts:
            return 0, look.objective, 0.0
        if self._plain:
            return 1, _length(look.bounds), 0.0 if math.isfinite(look.objective) else math.inf
        bounds = look.bounds if self._slack is None else look.bounds - self._slack
        return 1, _length(np.maximum(bounds, 0.0)), look.objective

    def _keep_row_of(self, look: Look) -> None:
        """The best was met between two iterations: it gets a row of its own, so that the trace shows it."""
        if self._best_row < 0 or self._rows[self._best_row][0] is not look:
            multipliers = self._rows[-1][1] if self._rows else np.zeros(self.count)
            self._rows.append((look, multipliers))
            self._best_row = len(self._rows) - 1

    def _trace(self, best: int) -> Trace:
        looks, multipliers = [look for look, _ in self._rows], [row for _, row in self._rows]
        objective = np.array([look.objective for look in looks], dtype=float)
        shape = (len(looks), self.count)
        bounds = np.array([look.bounds for look in looks], dtype=float).reshape(shape)
        weights = np.array(multipliers, dtype=float).reshape(shape)
        with np.errstate(invalid="ignore"):  # infinity times a multiplier of 0
            lagrangian = objective + (weights * bounds).sum(axis=1)
        return Trace(objective, weights, bounds, lagrangian, best)


def _length(values: Array) -> float:
    return math.sqrt(values.dot(values))


def _is_progress(before: Rank, after: Rank) -> bool:
    if after[0] < before[0]:
        return True
    least = WORTH_MORE * max(abs(before[1]), WORTH_MORE)
    return before[1] - after[1] > least or (before[1] == after[1] and before[2] - after[2] > WORTH_MORE)
