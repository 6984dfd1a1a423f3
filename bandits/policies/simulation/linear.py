"""Policies that look at features: a regression for each arm, or one for all, in every run."""

import numpy as np

from bandits.policies.adaptive.linear import ContextualPolicy
from bandits.policies.adaptive.linear_thompson import LinearThompson
from bandits.policies.adaptive.linucb import LinUcb
from bandits.policies.adaptive.logistic_thompson import LogisticThompson
from bandits.policies.adaptive.square_cb import SquareCb
from bandits.policies.simulation.arrays import Array, Choices, Mask, News, Rng, drawn, top
from bandits.policies.simulation.learners import Learner


class LinearLearner(Learner):
    """Centres and covariances, moved on by Sherman and Morrison's formula."""

    def __init__(self, policy: ContextualPolicy, names: tuple[str, ...], runs: int) -> None:
        super().__init__(policy, names, runs)
        models = 1 if policy.model == "shared" else len(names)
        d = policy.dimension
        self.policy, self._shared = policy, policy.model == "shared"
        self.centre = np.zeros((runs, models, d))
        self.covariance = np.tile(np.eye(d) / policy.l2, (runs, models, 1, 1))

    def ideal(self, grown: Mask, features: Array, rng: Rng) -> tuple[Choices, Array | None]:
        policy, means = self.policy, self._means(self.centre, features)
        if isinstance(policy, SquareCb):
            return drawn(self._square(policy, means, grown), rng), None
        if isinstance(policy, LinearThompson) and self._shared:
            scores = self._means(self._drawn_coefficients(policy, rng), features)
        elif isinstance(policy, LinearThompson):
            scores = means + policy.v * self._deviations(features) * rng.standard_normal(means.shape)
        elif isinstance(policy, LinUcb):
            scores = means + policy.alpha * self._deviations(features)
        else:
            raise ValueError(f"policy must be one that has a rule for arrays, not {policy.name}.")
        return top(np.where(grown, scores, -np.inf), rng), None

    def _means(self, coefficients: Array, features: Array) -> Array:
        if self._shared:
            found: Array = np.matmul(features, coefficients[:, 0, :, None])[..., 0]
        else:
            found = np.matmul(coefficients, features[:, :, None])[..., 0]
        return found

    def _deviations(self, features: Array) -> Array:
        """sqrt(x' A^-1 x) of every arm."""
        if self._shared:
            reach = np.matmul(features, self.covariance[:, 0])
            spread = (reach * features).sum(axis=2)
        else:
            reach = np.matmul(self.covariance, features[:, None, :, None])[..., 0]
            spread = np.matmul(reach, features[:, :, None])[..., 0]
        deviations: Array = np.sqrt(np.maximum(spread, 0))
        return deviations

    def _drawn_coefficients(self, policy: LinearThompson, rng: Rng) -> Array:
        root = np.linalg.cholesky(self.covariance[:, 0])
        away = np.matmul(root, rng.standard_normal((len(root), root.shape[1], 1)))[..., 0]
        found: Array = self.centre + policy.v * away[:, None, :]
        return found

    def _square(self, policy: SquareCb, means: Array, grown: Mask) -> Array:
        gamma = policy.scale * np.maximum(self.n.sum(axis=1, keepdims=True), 1) ** policy.exponent
        highest = np.where(grown, means, -np.inf).max(axis=1, keepdims=True)
        chances = np.where(grown, 1 / (grown.sum(axis=1, keepdims=True) + gamma * (highest - means)), 0)
        best = grown & (means == highest)
        rest = np.maximum(1 - chances.sum(axis=1, keepdims=True), 0) / best.sum(axis=1, keepdims=True)
        found: Array = chances + rest * best
        return found

    def absorb(self, news: News) -> None:
        at = (news.rows, np.zeros_like(news.chosen) if self._shared else news.chosen)
        x, covariance = news.features, self.covariance[at]
        reach = np.matmul(covariance, x[:, :, None])[..., 0]
        spread = np.maximum((reach * x).sum(axis=1), 0)
        score = (self.centre[at] * x).sum(axis=1)
        if isinstance(self.policy, LogisticThompson):
            step, weight = newton(score, spread, np.clip(news.reward, 0, 1))
        else:
            step, weight = (news.reward - score) / (1 + spread), np.ones_like(spread)
        self.centre[at] += step[:, None] * reach
        shrunk = weight / (1 + weight * spread)
        self.covariance[at] = covariance - reach[:, :, None] * (reach * shrunk[:, None])[:, None, :]


def newton(score: Array, spread: Array, value: Array) -> tuple[Array, Array]:
    """``logistic_thompson``'s move for one reward each: how far along the reach, and the curvature there."""
    low, high = score + spread * np.minimum(value - 1, 0), score + spread * np.maximum(value, 0)
    for _ in range(60):
        middle = (low + high) / 2
        rises = middle - score < spread * (value - sigmoid(middle))
        low, high = np.where(rises, middle, low), np.where(rises, high, middle)
    chance = sigmoid((low + high) / 2)
    return value - chance, chance * (1 - chance)


def sigmoid(score: Array) -> Array:
    """1 / (1 + exp(-score)), for any score."""
    found: Array = 1 / (1 + np.exp(-np.clip(score, -700, 700)))
    return found
