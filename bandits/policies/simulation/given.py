"""A policy with fixed weights, in every run: it knows from the beginning what it does."""

import numpy as np

from bandits.policies.adaptive.trained import Trained
from bandits.policies.simulation.arrays import Array, Choices, Mask, News, Rng, drawn
from bandits.policies.simulation.learners import Learner


class TrainedLearner(Learner):
    """As `Trained.ideal`: a softmax among the arms with weights, even among all where there are none."""

    def __init__(self, policy: Trained, names: tuple[str, ...], runs: int) -> None:
        super().__init__(policy, names, runs)
        nothing = [0.0] * (policy.dimension + 1)
        self._weights = np.array([policy.weights.get(name, nothing) for name in names], dtype=float)
        self._weighed = np.array([name in policy.weights for name in names])

    def ideal(self, grown: Mask, features: Array, rng: Rng) -> tuple[Choices, Array | None]:
        taking = grown & self._weighed
        bare = ~taking.any(axis=1, keepdims=True)
        preferences = np.where(bare, 0.0, self._weights[:, 0] + features @ self._weights[:, 1:].T)
        preferences = np.where(np.where(bare, grown, taking), preferences, -np.inf)
        chances = np.exp(preferences - preferences.max(axis=1, keepdims=True))
        return drawn(chances, rng), None

    def absorb(self, news: News) -> None:
        """Nothing: the sums are counted already."""
