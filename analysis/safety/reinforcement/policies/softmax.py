"""Softmax policies: a preference for each action, linear in features of what is seen."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from analysis.learning.components import Nullable, Whole
from analysis.learning.members import takes
from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.policies.alike import alike
from analysis.safety.reinforcement.policies.places import places_of, width_of
from analysis.safety.reinforcement.policies.policy import POLICIES, Cells, DiscretePolicy, FittedPolicy
from analysis.safety.terms import Array
from experiments.types import JsonObject

MOST = 1_000_000


class FittedSoftmax:
    """Over cells: `seen` and `done` are the places of a cell's observation and action in a table (u, actions).

    features: (u, p), of the different observations; None: each has preferences of its own. Remembers its last table:
    slopes are asked for where the search has just looked.
    """

    def __init__(
        self, seen: NDArray[np.intp], done: NDArray[np.intp], features: Array | None, shape: tuple[int, int]
    ) -> None:
        self.size = shape[0] * shape[1]
        self._places, self._features, self._shape = seen * shape[1] + done, features, shape
        self._last: tuple[bytes, Array] = (b"", np.empty(shape))

    def logs(self, theta: Array) -> Array:
        return self._table(theta).take(self._places)

    def pull(self, theta: Array, weights: Array) -> Array:
        table = self._table(theta)
        flat = np.bincount(self._places, weights, minlength=table.size)
        slopes: Array = flat.astype(np.float64, copy=False).reshape(table.shape)
        slopes -= slopes.sum(axis=1, keepdims=True) * np.exp(table)
        return (slopes if self._features is None else self._features.T @ slopes).reshape(-1)

    def _table(self, theta: Array) -> Array:
        at = theta.tobytes()
        if self._last[0] != at:
            preferences = theta.reshape(self._shape)
            self._last = at, log_softmax(preferences if self._features is None else self._features @ preferences)
        return self._last[1]


def log_softmax(preferences: Array) -> Array:
    """Of each row; however large they are."""
    shifted: Array = preferences - preferences.max(axis=1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return shifted


@dataclass(frozen=True)
class SoftmaxOf(DiscretePolicy):
    """Chances in proportion to exp(features · theta). theta: shape (features, actions), flattened."""

    actions: int | None = takes(Nullable(Whole(2, MOST)), "How many actions; null: those that the episodes show.", None)
    first_action: int = takes(Whole(), "The number of the first action.", 0)

    @abstractmethod
    def shape(self) -> tuple[int, int]:
        """(features, actions)."""

    @abstractmethod
    def features(self, observations: Array) -> Array:
        """Shape (n, features)."""

    def shaped(self, episodes: Episodes) -> Self:
        if self.actions is not None:
            return self
        return replace(self, actions=max(width_of(episodes.actions, self.first_action, "actions"), 2))

    def over(self, cells: Cells) -> FittedPolicy:
        first, seen = alike(cells.observations)
        done = places_of(cells.actions, self.first_action, self.shape()[1], "actions")
        return FittedSoftmax(seen, done, self.features(cells.observations[first]), self.shape())

    def neutral(self) -> Array:
        return np.zeros(self.shape()[0] * self.shape()[1])

    def table(self, theta: Array, observations: Array) -> Array:
        chances: Array = np.exp(log_softmax(self.features(observations) @ theta.reshape(self.shape())))
        return chances


@POLICIES.register
@dataclass(frozen=True)
class Softmax(SoftmaxOf):
    """A preference for each action in each state.

    For a few numbered states. A state that was never seen keeps the preferences that the search began with.
    """

    name: ClassVar[str] = "softmax"
    example: ClassVar[JsonObject] = {"type": "softmax", "states": 9, "actions": 4}

    states: int | None = takes(Nullable(Whole(1, MOST)), "How many states; null: those that the episodes show.", None)
    first_state: int = takes(Whole(), "The number of the first state.", 0)

    def shape(self) -> tuple[int, int]:
        if self.states is None or self.actions is None:
            raise ValueError("A policy without sizes has to be shaped by episodes first.")
        return self.states, self.actions

    def shaped(self, episodes: Episodes) -> Self:
        policy = super().shaped(episodes)
        if policy.states is not None:
            return policy
        return replace(policy, states=width_of(episodes.observations, self.first_state, "observations"))

    def over(self, cells: Cells) -> FittedPolicy:
        states, actions = self.shape()
        seen = places_of(cells.observations, self.first_state, states, "observations")
        done = places_of(cells.actions, self.first_action, actions, "actions")
        return FittedSoftmax(seen, done, None, (states, actions))

    def features(self, observations: Array) -> Array:
        states = self.shape()[0]
        return np.eye(states)[places_of(observations, self.first_state, states, "observations")]


@POLICIES.register
@dataclass(frozen=True)
class LinearSoftmax(SoftmaxOf):
    """Preferences that are linear in what is seen.

    For contexts of numbers, such as those of a bandit: one weight for each of them and one that is always there.
    """

    name: ClassVar[str] = "linear_softmax"
    example: ClassVar[JsonObject] = {"type": "linear_softmax", "numbers": 3, "actions": 2}

    numbers: int | None = takes(
        Nullable(Whole(0, MOST)), "How many numbers an observation has; null: as in the episodes.", None
    )

    def shape(self) -> tuple[int, int]:
        if self.numbers is None or self.actions is None:
            raise ValueError("A policy without sizes has to be shaped by episodes first.")
        return self.numbers + 1, self.actions

    def shaped(self, episodes: Episodes) -> Self:
        policy = super().shaped(episodes)
        numbers = episodes.observations.shape[1]
        return policy if policy.numbers is not None else replace(policy, numbers=numbers)

    def features(self, observations: Array) -> Array:
        if observations.shape[1] != self.numbers:
            raise ValueError(f"Observations have {observations.shape[1]} numbers, not {self.numbers}.")
        return np.column_stack([np.ones(len(observations)), observations])
