"""A walk on a square of cells, with a goal in one corner and a puddle in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.learning.components import Whole
from analysis.learning.members import takes
from analysis.safety.reinforcement.environments.environment import ENVIRONMENTS, Environment, Stepped
from analysis.safety.reinforcement.returns import Returns
from analysis.safety.terms import Array
from experiments.types import JsonObject

PUDDLE = 7
GAMMA = 0.9


@ENVIRONMENTS.register
@dataclass(frozen=True)
class Gridworld(Environment):
    """A square of cells from the first to the last.

    Actions: up, right, down, left; into a wall, one stays. Coming to the last cell earns 1 and ends the episode, being
    in cell 7 costs 1, after 100 steps it is over. Discounted by 0.9.
    """

    name: ClassVar[str] = "gridworld"
    example: ClassVar[JsonObject] = {"type": "gridworld", "size": 3}
    policy: ClassVar[JsonObject] = {"type": "softmax", "states": 9, "actions": 4}

    size: int = takes(Whole(2, 1000), "Cells along a side.", 3)

    @property
    def most_steps(self) -> int:
        return 100

    def returns(self) -> Returns:
        """The goal earns at most 1, once; the puddle costs at most 1 at every step."""
        worst = (1 - GAMMA**self.most_steps) / (1 - GAMMA)
        return Returns(GAMMA, spans={0: (-worst, 1.0)}, rewards={0: (-1.0, 1.0)}, horizon=self.most_steps)

    def begin(self, n: int, rng: np.random.Generator) -> Array:
        return np.zeros((n, 1))

    def seen(self, state: Array) -> Array:
        return state

    def step(self, state: Array, actions: Array, rng: np.random.Generator) -> Stepped:
        row, column = np.divmod(state[:, 0].astype(np.intp), self.size)
        last, action = self.size - 1, actions[:, 0]
        row = np.clip(row + (action == 2).astype(np.intp) - (action == 0), 0, last)
        column = np.clip(column + (action == 1).astype(np.intp) - (action == 3), 0, last)
        place = row * self.size + column
        over = place == self.size**2 - 1
        rewards = np.where(over, 1.0, np.where(place == PUDDLE, -1.0, 0.0))
        return Stepped(place[:, None].astype(np.float64), rewards[:, None], over)
