"""A search on its way: the problem as a method sees it, and a memory of everything that was seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.safety.terms import Array, Candidate, Look, Problem, Trace, Watch

NOTHING_FINITE = "The objective, or a constraint's bound, was not a finite number wherever the search looked."
NOT_FEASIBLE = "No parameters were found of which all constraints are foreseen to hold; these come closest."


@dataclass(frozen=True, slots=True)
class _Found:
    """A place, and what was seen there; multipliers: those of its moment."""

    theta: Array
    look: Look
    rank: tuple[float, float]


class Course:
    """Is a Problem itself: every look goes through here, so no feasible theta that was seen is ever lost.

    A feasible theta is better than one that is not, then the lower objective counts; among those that are not, the
    smaller 2-norm of what is above 0, then the objective. A place with anything that is not finite is never kept.
    """

    def __init__(self, problem: Problem, watch: Watch, total: int, *, plain: bool = False) -> None:
        """total: how many iterations there are at most, for whoever watches.

        plain: among those that are not feasible the 2-norm of the bounds themselves counts, as in the engine.
        """
        self.size, self.count = problem.size, problem.count
        self._problem, self._watch, self._total, self._plain = problem, watch, total, plain
        self._slack = np.zeros(problem.count)
        self._rows: list[tuple[Look, Array]] = []
        self._best: _Found | None = None
        self._best_row = -1

    # --- The problem, as it is searched ---

    def look(self, theta: Array) -> Look:
        return self._seen(theta, self._problem.look(theta))

    def slope(self, theta: Array, weights: Array) -> tuple[Look, Array]:
        look, gradient = self._problem.slope(theta, weights)
        return self._seen(theta, look), gradient

    def slopes(self, theta: Array) -> tuple[Look, Array, Array]:
        look, gradient, jacobian = self._problem.slopes(theta)
        return self._seen(theta, look), gradient, jacobian

    # --- The record ---

    @property
    def iterations(self) -> int:
        return len(self._rows)

    def holds(self) -> bool:
        """Whether all constraints were seen to hold together, with no slack."""
        return self._best is not None and self._best.look.feasible

    @property
    def best(self) -> Array | None:
        return None if self._best is None else self._best.theta.copy()

    def step(self, theta: Array, multipliers: Array) -> None:
        """An iteration has come to theta, which it has looked at: one row of the trace."""
        look = self._look_at(theta)
        self._rows.append((look, multipliers.copy()))
        if self._best is not None and self._best.look is look:
            self._best_row = len(self._rows) - 1
        self._watch(min(len(self._rows), self._total), self._total, look)

    def relax(self) -> None:
        """From here on the constraints need not hold better than where they held best so far."""
        if self._best is not None:
            self._slack = np.maximum(self._best.look.bounds, 0.0) * (1 + 1e-9)
            self._best = _Found(self._best.theta, self._best.look, self._rank(self._best.look))

    def candidate(self) -> Candidate:
        """The best that was seen. theta is None if nothing finite was."""
        if self._best is None:
            return Candidate(None, False, self._trace(-1), NOTHING_FINITE)
        if not self.holds():
            return Candidate(self.best, False, self._trace(-1), NOT_FEASIBLE)
        self._keep_row_of(self._best.look)
        return Candidate(self.best, True, self._trace(self._best_row))

    def _keep_row_of(self, look: Look) -> None:
        """The best was met between two iterations: it gets a row of its own, so that the trace shows it."""
        if self._best_row < 0 or self._rows[self._best_row][0] is not look:
            multipliers = self._rows[-1][1] if self._rows else np.zeros(self.count)
            self._rows.append((look, multipliers))
            self._best_row = len(self._rows) - 1

    def _seen(self, theta: Array, look: Look) -> Look:
        """As the method is to take it: what is granted as slack is taken away."""
        self._last = (theta.copy(), look)
        rank = self._rank(look)
        if np.isfinite(rank).all() and (self._best is None or rank < self._best.rank):
            self._best = _Found(theta.copy(), look, rank)
        return Look(look.objective, look.bounds - self._slack) if self._slack.any() else look

    def _look_at(self, theta: Array) -> Look:
        if not np.array_equal(self._last[0], theta):
            self.look(theta)
        return self._last[1]

    def _rank(self, look: Look) -> tuple[float, float]:
        above = look.bounds - self._slack
        if not self._plain or look.feasible:
            above = np.maximum(above, 0.0)
        return float(np.linalg.norm(above)), look.objective

    def _trace(self, best: int) -> Trace:
        looks, multipliers = [look for look, _ in self._rows], [row for _, row in self._rows]
        objective = np.array([look.objective for look in looks], dtype=float)
        shape = (len(looks), self.count)
        bounds = np.array([look.bounds for look in looks], dtype=float).reshape(shape)
        weights = np.array(multipliers, dtype=float).reshape(shape)
        with np.errstate(invalid="ignore"):  # infinity times a multiplier of 0
            lagrangian = objective + (weights * bounds).sum(axis=1)
        return Trace(objective, weights, bounds, lagrangian, best)
