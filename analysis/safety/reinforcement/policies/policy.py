"""What a policy is to those who weigh episodes by it, and to those who act by it."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from analysis.learning.members import Member, Register
from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.policies.alike import alike
from analysis.safety.terms import Array


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The different (observation, action, chance) of some episodes: what was done alike is worked out once.

    observations: (c, d). actions: (c, k). chances: (c,), of the policy that played. of_step: (s,), each step's cell.
    """

    observations: Array
    actions: Array
    chances: Array
    of_step: NDArray[np.intp]

    @classmethod
    def of(cls, episodes: Episodes, *, by_chance: bool = True) -> Cells:
        """by_chance: what was done alike with another chance is another cell; else a cell has the chance of one."""
        parts = [episodes.observations, episodes.actions]
        first, of_step = alike(np.column_stack([*parts, episodes.chances] if by_chance else parts))
        return cls(episodes.observations[first], episodes.actions[first], episodes.chances[first], of_step)


class FittedPolicy(Protocol):
    """A policy over given cells: what is costly is done once. theta: shape (size,)."""

    @property
    def size(self) -> int: ...

    def logs(self, theta: Array) -> Array:
        """Logarithms of the chance (or density) of each cell's action, shape (c,); minus infinity: never."""
        ...

    def pull(self, theta: Array, weights: Array) -> Array:
        """sum over cells of weights * d logs / d theta, shape (size,). weights: shape (c,)."""
        ...


class Policy(Member):
    """A family of policies with parameters theta. It keeps no state.

    needs_chances: whether its chances depend on those of the policy that played.
    """

    name: ClassVar[str]
    needs_chances: ClassVar[bool] = False

    def shaped(self, episodes: Episodes) -> Policy:
        """With the sizes that its parameters left open taken from what these episodes saw and did."""
        return self

    def as_the_engine(self) -> Self:
        """As the Seldonian Engine has it: no different."""
        return self

    @abstractmethod
    def over(self, cells: Cells) -> FittedPolicy:
        """ValueError for an observation or action that it cannot have."""

    @abstractmethod
    def neutral(self) -> Array:
        """Parameters that favour nothing, shape (size,). ValueError if the policy has no shape yet."""

    @abstractmethod
    def sample(self, theta: Array, observations: Array, rng: np.random.Generator) -> tuple[Array, Array]:
        """What it does, shape (n, k), and with what chance or density, shape (n,). observations: (n, d)."""


class DiscretePolicy(Policy):
    """A policy over a few actions, numbered from `first_action`."""

    first_action: int

    @abstractmethod
    def table(self, theta: Array, observations: Array) -> Array:
        """The chance of each action, shape (n, actions)."""

    def sample(self, theta: Array, observations: Array, rng: np.random.Generator) -> tuple[Array, Array]:
        chances = self.table(theta, observations)
        places = drawn(chances, rng)
        actions = (places + self.first_action).astype(np.float64)
        return actions[:, None], chances[np.arange(len(places)), places]


def drawn(chances: Array, rng: np.random.Generator) -> NDArray[np.intp]:
    """One place for each row of chances, shape (n,)."""
    reached = rng.random(len(chances))[:, None] >= np.cumsum(chances, axis=1)
    found: NDArray[np.intp] = np.minimum(reached.sum(axis=1), chances.shape[1] - 1)
    return found


POLICIES: Register[Policy] = Register("type")
