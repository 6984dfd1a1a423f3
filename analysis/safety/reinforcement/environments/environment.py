"""What a task is to a policy that tries itself in it: many episodes are stepped at once."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from analysis.learning.members import Member, Register
from analysis.safety.reinforcement.returns import Returns
from analysis.safety.terms import Array
from experiments.types import JsonObject


@dataclass(frozen=True, slots=True, eq=False)
class Stepped:
    """What a step led to. state: (n, …). rewards: (n, r), the primary one first. over: (n,): it was the last."""

    state: Array
    rewards: Array
    over: NDArray[np.bool_]


class Environment(Member):
    """A simulated task. It keeps no state: whoever steps it holds the state, one row an episode."""

    name: ClassVar[str]
    policy: ClassVar[JsonObject]
    """A policy that suits it, as a document writes it."""

    @abstractmethod
    def returns(self) -> Returns:
        """How its rewards add up and what they can be: facts of the task."""

    @abstractmethod
    def begin(self, n: int, rng: np.random.Generator) -> Array:
        """The state of n new episodes, (n, …)."""

    @abstractmethod
    def seen(self, state: Array) -> Array:
        """What a policy sees of it, (n, d)."""

    @abstractmethod
    def step(self, state: Array, actions: Array, rng: np.random.Generator) -> Stepped:
        """actions: (n, k)."""

    @property
    @abstractmethod
    def most_steps(self) -> int:
        """After so many an episode is over in any case."""


ENVIRONMENTS: Register[Environment] = Register("type")
