"""Policies that know more than sums: eliminations, EXP3.S, the knapsack."""

import numpy as np

from bandits.policies.adaptive.elimination import Elimination
from bandits.policies.adaptive.exp3_s import Exp3S
from bandits.policies.adaptive.knapsack import Knapsack
from bandits.policies.simulation.arrays import NO_ARM, Array, Choices, Mask, News, Rng, drawn, top
from bandits.policies.simulation.learners import Learner


class EliminationLearner(Learner):
    """The arms that are left, the least pulled first."""

    def __init__(self, policy: Elimination, names: tuple[str, ...], runs: int) -> None:
        super().__init__(policy, names, runs)
        self._plan = policy.rounds(len(names))
        self._stage, self._alive = np.zeros(runs, dtype=int), np.ones(self.n.shape, dtype=bool)
        self._quotas = np.array([*(quota for quota, _ in self._plan), np.inf])
        self._luck = np.random.default_rng(0)

    def ideal(self, grown: Mask, features: Array, rng: Rng) -> tuple[Choices, Array | None]:
        left = self._alive & grown
        left = np.where(left.any(axis=1, keepdims=True), left, grown)
        return top(np.where(left, -self.n, -np.inf), rng), None

    def absorb(self, news: News) -> None:
        fewest = np.where(self._alive, self.n, np.inf).min(axis=1)
        for row in np.flatnonzero((fewest >= self._quotas[self._stage]) & np.isin(self.rows, news.rows)).tolist():
            self._end_round(row)

    def _end_round(self, row: int) -> None:
        """The worst of the arms that are left are dropped; equal ones by chance."""
        _, stay = self._plan[self._stage[row]]
        alive = self._luck.permutation(np.flatnonzero(self._alive[row]))
        means = self.total[row, alive] / np.maximum(self.n[row, alive], 1)
        self._alive[row, alive[np.argsort(-means, kind="stable")[stay:]]] = False
        self._stage[row] += 1


class Exp3SLearner(Learner):
    """The logarithms of the weights, the largest 0."""

    def __init__(self, policy: Exp3S, names: tuple[str, ...], runs: int) -> None:
        super().__init__(policy, names, runs)
        self._policy, self._logs = policy, np.zeros_like(self.n)

    def ideal(self, grown: Mask, features: Array, rng: Rng) -> tuple[Choices, Array | None]:
        weights = np.where(grown, np.exp(self._logs), 0)
        part = weights / weights.sum(axis=1, keepdims=True)
        even = grown / grown.sum(axis=1, keepdims=True)
        chances = (1 - self._policy.gamma) * part + self._policy.gamma * even
        return drawn(chances, rng), chances

    def absorb(self, news: News) -> None:
        logs, k = self._logs[news.rows], len(self.names)
        shared = np.log(np.exp(logs).sum(axis=1, keepdims=True))
        logs[np.arange(len(logs)), news.chosen] += self._policy.gamma * self.scaled(news) / news.chance / k
        if self._policy.alpha:
            logs = np.logaddexp(logs, shared + np.log(np.e * self._policy.alpha / k))
        self._logs[news.rows] = logs - logs.max(axis=1, keepdims=True)


class KnapsackLearner(Learner):
    """Sums of rewards and costs; the mixture that the rest of the budget pays."""

    def __init__(self, policy: Knapsack, names: tuple[str, ...], runs: int) -> None:
        super().__init__(policy, names, runs)
        self._policy, self._cost = policy, np.zeros_like(self.n)

    def absorb(self, news: News) -> None:
        self._cost[news.rows, news.chosen] += news.cost

    def ideal(self, grown: Mask, features: Array, rng: Rng) -> tuple[Choices, Array | None]:
        policy, n = self._policy, np.maximum(self.n, 1)
        left = policy.budget - self._cost.sum(axis=1)
        pace = left / np.maximum(policy.horizon - self.n.sum(axis=1), 1)
        t = np.maximum(self.n.sum(axis=1, keepdims=True), 2)
        wide = policy.alpha * np.sqrt(2 * np.log(t) / n)
        rewards = np.minimum(np.clip(self.total / n, 0, 1) + wide, 1)
        costs = np.maximum(self._cost / n / policy.most - wide, 0) * policy.most
        unseen = grown & (self.n == 0)
        cold = unseen.any(axis=1)
        chances = np.where(grown, best_mixtures(rewards, costs, pace, grown), 0)
        chances = np.where(cold[:, None], unseen, chances)
        expected = (chances * costs).sum(axis=1)
        inside = np.where(cold | (expected <= pace), 1.0, pace / np.maximum(expected, 1e-300))
        stays_out = (rng.random(len(left)) >= inside) | (left <= 0)
        return np.where(stays_out, NO_ARM, drawn(chances, rng)), None


def best_mixtures(rewards: Array, costs: Array, pace: Array, grown: Mask) -> Array:
    """``knapsack.best_mixture`` for every row, among the arms that take part; chances that sum to 1."""
    runs = len(rewards)
    reward = np.hstack([np.zeros((runs, 1)), np.where(grown, rewards, -np.inf)])
    cost = np.hstack([np.zeros((runs, 1)), costs])
    paid = (cost <= pace[:, None]) & np.isfinite(reward)
    alone = np.where(paid, reward, -np.inf)
    cheap, dear = cost[:, :, None], cost[:, None, :]
    pairs = paid[:, :, None] & ~(dear <= pace[:, None, None]) & np.isfinite(reward)[:, None, :]
    part = np.where(pairs, (pace[:, None, None] - cheap) / np.where(pairs, dear - cheap, 1), 0)
    finite = np.where(np.isfinite(reward), reward, 0)
    together = np.where(pairs, (1 - part) * finite[:, :, None] + part * finite[:, None, :], -np.inf)
    highest = np.maximum(alone.max(axis=1), together.max(axis=(1, 2)))[:, None]
    best, joint = alone >= highest - 1e-12, together >= highest[:, :, None] - 1e-12
    weights = best + (joint * (1 - part)).sum(axis=2) + (joint * part).sum(axis=1)
    chances = weights[:, 1:]
    whole = chances.sum(axis=1, keepdims=True)
    found: Array = np.where(
        whole > 0, chances / np.where(whole > 0, whole, 1), grown / grown.sum(axis=1, keepdims=True)
    )
    return found


def worth(means: Array, costs: Array, pace: float) -> Array:
    """What the best mixture of arms earns per round, when a round may cost ``pace`` on average: one for each row."""
    chances = best_mixtures(
        means, np.tile(costs, (len(means), 1)), np.full(len(means), pace), np.ones_like(means, bool)
    )
    earned, cost = (chances * means).sum(axis=1), (chances * costs).sum(axis=1)
    found: Array = earned * np.where(cost > pace, pace / np.maximum(cost, 1e-300), 1.0)
    return found
