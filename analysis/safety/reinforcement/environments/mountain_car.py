"""A car too weak to climb the hill it stands below: it has to swing. Moore (1990), as in Sutton and Barto (1998)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.learning.components import Whole
from analysis.learning.members import takes
from analysis.safety.reinforcement.environments.environment import ENVIRONMENTS, Environment, Stepped
from analysis.safety.reinforcement.returns import Returns
from analysis.safety.terms import Array, Mask
from experiments.types import JsonObject

LEFT, TOP = -1.2, 0.5
FASTEST = 0.07
MOST_STEPS = 1000


@ENVIRONMENTS.register
@dataclass(frozen=True)
class MountainCar(Environment):
    """Throttle back, none or forward (-1, 0, 1) until the car is over the hill.

    A step costs 1, the one that comes over nothing; after 1,000 it is over. `repeat` holds a throttle for that many.
    """

    name: ClassVar[str] = "mountain_car"
    example: ClassVar[JsonObject] = {"type": "mountain_car", "repeat": 20}
    policy: ClassVar[JsonObject] = {
        "type": "fourier_softmax",
        "low": [LEFT, -FASTEST],
        "high": [TOP, FASTEST],
        "order": 2,
        "actions": 3,
        "first_action": -1,
    }

    repeat: int = takes(Whole(1, MOST_STEPS), "Steps that a throttle is held.", 1)

    @property
    def most_steps(self) -> int:
        return -(-MOST_STEPS // self.repeat)

    def returns(self) -> Returns:
        most = float(self.most_steps * self.repeat)
        return Returns(1.0, spans={0: (-most, 0.0)}, rewards={0: (-float(self.repeat), 0.0)}, horizon=self.most_steps)

    def begin(self, n: int, rng: np.random.Generator) -> Array:
        return np.tile([-0.5, 0.0], (n, 1))

    def seen(self, state: Array) -> Array:
        return state

    def step(self, state: Array, actions: Array, rng: np.random.Generator) -> Stepped:
        position, velocity = state[:, 0].copy(), state[:, 1].copy()
        rewards, over = np.zeros(len(state)), np.zeros(len(state), dtype=np.bool_)
        for _ in range(self.repeat):
            position, velocity = _moved(position, velocity, actions[:, 0], over)
            over |= position >= TOP
            rewards -= ~over
        return Stepped(np.column_stack([position, velocity]), rewards[:, None], over)


def _moved(position: Array, velocity: Array, throttle: Array, over: Mask) -> tuple[Array, Array]:
    """One step of those that are not over yet."""
    faster = np.clip(velocity + 0.001 * throttle - 0.0025 * np.cos(3 * position), -FASTEST, FASTEST)
    further = np.clip(position + faster, LEFT, TOP)
    faster = np.where((further <= LEFT) | (further >= TOP), 0.0, faster)
    return np.where(over, position, further), np.where(over, velocity, faster)
