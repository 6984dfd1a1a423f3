"""Worlds: what the arms earn."""

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np

from bandits.policies.simulation.arrays import Array, Choices, Rng
from bandits.policies.simulation.delays import Delay
from bandits.policies.simulation.drifts import Drift, Steady

BERNOULLI, GAUSSIAN, POISSON = "bernoulli", "gaussian", "poisson"
BOUNDS = {BERNOULLI: (0.0, 1.0), GAUSSIAN: (-np.inf, np.inf), POISSON: (0.0, np.inf)}


class Sight(NamedTuple):
    """One round. means: what each arm would earn on average, (runs, arms). features: what a policy may look at.

    features: (runs, d), or (runs, arms, d) where each arm has its own.
    """

    means: Array
    features: Array


class Running(Protocol):
    """A world under way, asked for rounds 0, 1, 2, … in this order."""

    def sight(self, t: int) -> Sight:
        """What the round is like, whatever the policy does."""

    def reward(self, means: Array, chosen: Choices) -> Array:
        """What comes of the chosen arms, whose means these are: shape (runs,)."""


class World(Protocol):
    """What stays the same in all runs. costs: of a pull of each arm; empty: nothing. budget: of one run."""

    @property
    def names(self) -> tuple[str, ...]:
        """The arms."""

    @property
    def dimension(self) -> int:
        """The number of features."""

    @property
    def has_arm_features(self) -> bool:
        """Whether each arm has features of its own, rather than the unit."""

    @property
    def delay(self) -> Delay:
        """When rewards become known."""

    @property
    def costs(self) -> tuple[float, ...]:
        """Of a pull of each arm; empty: nothing."""

    @property
    def budget(self) -> float:
        """Of one run."""

    def begin(self, runs: int, rng: Rng) -> Running:
        """So many runs of it."""


@dataclass(frozen=True)
class Environment:
    """Arms with these mean rewards, for units that are all alike.

    kind: "bernoulli", "gaussian" (with ``deviation``) or "poisson". drift: how the means move. costs: of a pull of each
    arm; when the budget cannot pay for the chosen arm, the run earns nothing more.
    """

    means: tuple[float, ...]
    kind: str = BERNOULLI
    deviation: float = 0.5
    drift: Drift = field(default_factory=Steady)
    delay: Delay = field(default_factory=Delay)
    costs: tuple[float, ...] = ()
    budget: float = float("inf")
    arms: tuple[str, ...] = ()

    dimension = 1
    has_arm_features = False

    def __post_init__(self) -> None:
        low, high = BOUNDS.get(self.kind, (1.0, 0.0))
        if len(self.means) < 2 or not all(low <= mean <= high for mean in self.means):
            raise ValueError(f"means must be two or more numbers, between {low:g} and {high:g} for {self.kind}.")
        if self.costs and (len(self.costs) != len(self.means) or min(self.costs) < 0):
            raise ValueError(f"costs must be one number for each arm, 0 or more, not {self.costs}.")
        if self.arms and len(set(self.arms)) != len(self.means):
            raise ValueError(f"arms must be {len(self.means)} different names, not {self.arms}.")

    @property
    def names(self) -> tuple[str, ...]:
        """The arms' names: a, b, c, … if none are given."""
        return self.arms or tuple(letters(place) for place in range(len(self.means)))

    def begin(self, runs: int, rng: Rng) -> Running:
        """So many runs of it."""
        return _Alike(self, runs, rng)


class _Alike:
    """Units without features of their own: policies that look at features see a constant 1."""

    def __init__(self, world: Environment, runs: int, rng: Rng) -> None:
        self._world, self._luck = world, rng.spawn(1)[0]
        means = np.tile(np.array(world.means, dtype=float), (runs, 1))
        self._moves = world.drift.begin(means, BOUNDS[world.kind], rng)
        self._ones = np.ones((runs, 1))

    def sight(self, t: int) -> Sight:
        """What the round is like."""
        return Sight(self._moves(t), self._ones)

    def reward(self, means: Array, chosen: Choices) -> Array:
        """One for each; the same luck for whatever arm was chosen, so that policies can be compared."""
        return rewarded(self._world.kind, means, self._world.deviation, self._luck)


def rewarded(kind: str, means: Array, deviation: float, rng: Rng) -> Array:
    """One reward of each mean."""
    if kind == GAUSSIAN:
        return means + deviation * rng.standard_normal(means.shape)
    if kind == POISSON:
        return rng.poisson(means).astype(float)
    return (rng.random(means.shape) < means).astype(float)


def letters(place: int) -> str:
    """a, b, …, z, aa, ab, …

    >>> letters(0), letters(25), letters(26)
    ('a', 'z', 'aa')
    """
    head, tail = divmod(place, 26)
    return (letters(head - 1) if head else "") + chr(ord("a") + tail)
