"""Worlds in which it depends on the unit which arm is best."""

from dataclasses import dataclass, field

import numpy as np

from bandits.policies.simulation.arrays import Array, Choices, Rng
from bandits.policies.simulation.delays import Delay
from bandits.policies.simulation.worlds import BERNOULLI, GAUSSIAN, Running, Sight, letters, rewarded

LINKS = ("linear", "logistic")


@dataclass(frozen=True)
class ContextWorld:
    """Every run has coefficients of its own, N(0, 1 / dimension); the first feature is 1, the others N(0, 1).

    link: "linear" (the mean is the score, rewards N(mean, deviation^2)) or "logistic" (rewards are 1 with chance
    1 / (1 + exp(-score))). shared: one list of coefficients, and every arm has features of its own; else the unit has
    the features, and every arm coefficients. strength: multiplies the coefficients.
    """

    count: int = 5
    dimension: int = 5
    link: str = "linear"
    deviation: float = 0.5
    shared: bool = False
    strength: float = 1.0
    delay: Delay = field(default_factory=Delay)

    costs = ()
    budget = float("inf")

    def __post_init__(self) -> None:
        if self.count < 2 or self.dimension < 1 or self.link not in LINKS:
            raise ValueError(f"A context world has 2 arms or more, 1 feature or more, and one of the links {LINKS}.")

    @property
    def names(self) -> tuple[str, ...]:
        """a, b, c, …"""
        return tuple(letters(place) for place in range(self.count))

    @property
    def has_arm_features(self) -> bool:
        """Whether each arm has features of its own."""
        return self.shared

    def begin(self, runs: int, rng: Rng) -> Running:
        """So many runs of it."""
        return _Different(self, runs, rng)


class _Different:
    def __init__(self, world: ContextWorld, runs: int, rng: Rng) -> None:
        self._world, self._runs, self._rng = world, runs, rng
        self._luck = rng.spawn(1)[0]
        models = 1 if world.shared else world.count
        scale = world.strength / np.sqrt(world.dimension)
        self._truth = scale * rng.standard_normal((runs, models, world.dimension))

    def sight(self, t: int) -> Sight:
        world = self._world
        shape = (self._runs, world.count, world.dimension) if world.shared else (self._runs, world.dimension)
        features = self._rng.standard_normal(shape)
        features[..., 0] = 1.0
        if world.shared:
            scores: Array = np.matmul(features, self._truth[:, 0, :, None])[..., 0]
        else:
            scores = np.matmul(self._truth, features[:, :, None])[..., 0]
        return Sight(1 / (1 + np.exp(-scores)) if world.link == "logistic" else scores, features)

    def reward(self, means: Array, chosen: Choices) -> Array:
        kind = BERNOULLI if self._world.link == "logistic" else GAUSSIAN
        return rewarded(kind, means, self._world.deviation, self._luck)
