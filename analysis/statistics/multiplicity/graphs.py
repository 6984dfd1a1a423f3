"""Graphical procedures: a level that goes on, along arrows, from each question that was answered.

Bretz, Maurer, Brannath and Posch (2009), Statistics in Medicine 28. A short cut of closed testing with weighted
Bonferroni tests: the chance of any false claim is held, whatever the answers have to do with one another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.multiplicity.adjusting import Array, checked

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Graph:
    """weights: shape (m,), parts of the level, together at most 1. arrows: shape (m, m), rows together at most 1.

    ValueError where they give out more than there is, or an arrow comes back to where it starts.
    """

    weights: Array
    arrows: Array

    def __post_init__(self) -> None:
        m = len(self.weights)
        if self.arrows.shape != (m, m):
            raise ValueError(f"arrows must be of shape {(m, m)}, not {self.arrows.shape}.")
        if not (self.weights >= 0).all() or not self.weights.sum() <= 1 + ROUNDING:
            raise ValueError(f"weights must be 0 or more and add up to at most 1, not {self.weights.tolist()}.")
        if not (self.arrows >= 0).all() or not (self.arrows.sum(axis=1) <= 1 + ROUNDING).all():
            raise ValueError("arrows must be 0 or more, and from each question add up to at most 1.")
        if np.diag(self.arrows).any():
            raise ValueError("arrows must not come back to where they start.")

    @classmethod
    def of(cls, weights: ArrayLike, arrows: ArrayLike) -> Graph:
        """From lists."""
        w = np.asarray(weights, dtype=float)
        return cls(w, np.asarray(arrows, dtype=float).reshape(len(w), len(w)))

    def without(self, answered: int) -> Graph:
        """What is left when a question was answered: its level and its arrows go on; its own weight is 0 then."""
        weights = self.weights + self.weights[answered] * self.arrows[answered]
        onward = self.arrows + np.outer(self.arrows[:, answered], self.arrows[answered])
        lost = 1 - self.arrows[:, answered] * self.arrows[answered]
        arrows = np.divide(onward, lost[:, None], out=np.zeros_like(onward), where=lost[:, None] > ROUNDING)
        np.fill_diagonal(arrows, 0.0)
        arrows[answered, :] = arrows[:, answered] = 0.0
        weights[answered] = 0.0
        return Graph(weights, arrows)


@dataclass(frozen=True, slots=True)
class Step:
    """A question that was answered: its place, the part of the level that it had, and its adjusted p."""

    question: int
    weight: float
    adjusted: float


@dataclass(frozen=True, slots=True)
class Answered:
    """adjusted: shape (m,). rejected: shape (m,), at the level asked. steps: in the order of answering, at that level.

    left: the graph of what was not answered.
    """

    adjusted: Array
    rejected: tuple[bool, ...]
    steps: tuple[Step, ...]
    left: Graph


def answer(p_values: ArrayLike, graph: Graph, *, level: float) -> Answered:
    """Which questions are answered. NoAnswer for a p-value that is none; ValueError if there is not one a question.

    >>> answer([0.01, 0.04], Graph.of([1, 0], [[0, 1], [0, 0]]), level=0.05).adjusted.tolist()
    [0.01, 0.04]
    """
    p = checked(p_values)
    if len(p) != len(graph.weights):
        raise ValueError(f"p_values must be {len(graph.weights)}, one of each question, not {len(p)}.")
    adjusted, steps, left = np.ones(len(p)), [], graph
    for step, after in _walk(p, graph):
        adjusted[step.question] = step.adjusted
        if step.adjusted <= level:
            steps.append(step)
            left = after
    return Answered(adjusted, tuple(bool(each <= level) for each in adjusted), tuple(steps), left)


def _walk(p: Array, graph: Graph) -> Iterator[tuple[Step, Graph]]:
    """Every question that a level ever reaches, in the order of the levels at which it would be answered."""
    least = 0.0
    left = set(range(len(p)))
    while reached := [each for each in left if graph.weights[each] > 0]:
        found = min(reached, key=lambda each: (p[each] / graph.weights[each], each))
        least = min(max(least, float(p[found] / graph.weights[found])), 1.0)
        step = Step(found, float(graph.weights[found]), least)
        graph = graph.without(found)
        left.remove(found)
        yield step, graph


def holm(m: int) -> Graph:
    """All the same: Holm's procedure."""
    arrows = (np.ones((m, m)) - np.eye(m)) / max(m - 1, 1)
    return Graph(np.full(m, 1 / max(m, 1)), arrows)


def in_order(m: int) -> Graph:
    """One after the other, each at the whole level, until one is not answered."""
    return Graph(np.eye(1, m)[0], np.eye(m, k=1))


def fallback(m: int) -> Graph:
    """An even share each; what was answered leaves its share to the next."""
    return Graph(np.full(m, 1 / max(m, 1)), np.eye(m, k=1))


def gate(m: int, primary: Sequence[int]) -> Graph:
    """Holm among the primary questions; what they have once all are answered goes on to Holm among the others.

    Arrows to the others are as thin as an answer still counts (1e-6): a limit of the procedure for arrows towards 0.
    """
    first, others = list(primary), [each for each in range(m) if each not in primary]
    weights, arrows = np.zeros(m), np.zeros((m, m))
    weights[first] = 1 / max(len(first), 1)
    for group in (first, others):
        for each in group:
            arrows[each, [one for one in group if one != each]] = 1 / max(len(group) - 1, 1)
    thin = 1.0 if len(first) == 1 else 1e-6
    for each in first if others else ():
        arrows[each] *= 1 - thin
        arrows[each, others] = thin / len(others)
    return Graph(weights, arrows)


PRESETS = {"holm": holm, "in_order": in_order, "fallback": fallback}
