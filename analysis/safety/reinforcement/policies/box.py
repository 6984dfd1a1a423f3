"""Actions drawn evenly from a box of a fixed size that moves within a larger one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.learning.components import Finding, ListOf, Real
from analysis.learning.members import takes
from analysis.safety.reinforcement.policies.policy import POLICIES, Cells, FittedPolicy, Policy
from analysis.safety.terms import Array
from experiments.types import JsonObject


@dataclass(frozen=True, slots=True, eq=False)
class FittedBox:
    """actions: (c, k). It has no slope: an action is inside or not. For optimisers that ask for none."""

    policy: Box
    actions: Array

    @property
    def size(self) -> int:
        return len(self.policy.low)

    def logs(self, theta: Array) -> Array:
        low, high = self.policy.ends(theta)
        inside = ((self.actions >= low) & (self.actions <= high)).all(axis=1)
        found: Array = np.where(inside, -np.log(high - low).sum(), -np.inf)
        return found

    def pull(self, theta: Array, weights: Array) -> Array:
        return np.zeros(self.size)


@POLICIES.register
@dataclass(frozen=True)
class Box(Policy):
    """Even chances within a box that moves.

    Each number of the action is drawn evenly from an interval of a fixed length, whose place between low and high is
    what is learned (theta: the logit of it). For a few settings such as the two factors of an insulin pump. It has no
    slope, so it needs an optimiser that asks for none.
    """

    name: ClassVar[str] = "box"
    example: ClassVar[JsonObject] = {"type": "box", "low": [5, 15], "high": [15, 25], "shrink": [1.7320508, 1.7320508]}

    low: tuple[float, ...] = takes(ListOf(Real(), least=1), "The least of each number.", (0.0,), [0.0])
    high: tuple[float, ...] = takes(ListOf(Real(), least=1), "The most of each number.", (1.0,), [1.0])
    shrink: tuple[float, ...] = takes(
        ListOf(Real(1), least=1), "The box's length is the whole range over this.", (2.0,), [2.0]
    )

    def disagreements(self) -> Iterator[Finding]:
        if not len(self.low) == len(self.high) == len(self.shrink):
            yield ("shrink",), "low, high and shrink must have as many numbers.", "One for each number of the action."
        elif any(not one < other for one, other in zip(self.low, self.high, strict=True)):
            yield ("high",), "Every high must be above its low.", ""

    def ends(self, theta: Array) -> tuple[Array, Array]:
        """The box, (k,) each."""
        low, whole = np.array(self.low), np.array(self.high) - np.array(self.low)
        length = whole / np.array(self.shrink)
        start = low + (whole - length) / (1 + np.exp(-theta))
        return start, start + length

    def over(self, cells: Cells) -> FittedPolicy:
        if cells.actions.shape[1] != len(self.low):
            raise ValueError(f"The actions have {cells.actions.shape[1]} numbers, not {len(self.low)}.")
        return FittedBox(self, cells.actions)

    def neutral(self) -> Array:
        return np.zeros(len(self.low))

    def sample(self, theta: Array, observations: Array, rng: np.random.Generator) -> tuple[Array, Array]:
        low, high = self.ends(theta)
        actions = low + rng.random((len(observations), len(low))) * (high - low)
        return actions, np.full(len(observations), np.exp(-np.log(high - low).sum()))
