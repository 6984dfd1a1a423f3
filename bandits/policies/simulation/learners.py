"""What all simulated policies share: constraints, cohorts, and one row of knowledge for each run."""

from abc import ABC, abstractmethod

import numpy as np

from bandits.policies.adaptive import AdaptivePolicy
from bandits.policies.adaptive.kinds import BoundedPolicy
from bandits.policies.simulation.arrays import NO_ARM, Array, Choices, Mask, News, Rng, drawn, one_per_run


class Learner(ABC):
    """A policy in many runs. ``choose`` and ``learn`` follow ``probabilities`` and ``fold`` of the policy."""

    def __init__(self, policy: AdaptivePolicy, names: tuple[str, ...], runs: int) -> None:
        self.names, self.rows = names, np.arange(runs)
        self.n, self.total = np.zeros((runs, len(names))), np.zeros((runs, len(names)))
        bounds = (policy.low, policy.high) if isinstance(policy, BoundedPolicy) else (0.0, 1.0)
        self._low, self._width = bounds[0], bounds[1] - bounds[0]
        self._common, self._cohort = policy, _Cohort(policy.cohort, runs) if policy.cohort > 1 else None

    @abstractmethod
    def ideal(self, grown: Mask, features: Array, rng: Rng) -> tuple[Choices, Array | None]:
        """The method's own choice among the grown arms; and the chances of all, if the method learns from them."""

    @abstractmethod
    def absorb(self, news: News) -> None:
        """Learn from one reward of each of these runs; ``n`` and ``total`` are counted already."""

    def learn(self, news: News) -> None:
        """Learn from rewards, several of one run in their order."""
        for part in one_per_run(news) if len(news.rows) > len(self.rows) or _repeats(news.rows) else [news]:
            for ready in self._cohort.full(part) if self._cohort else [part]:
                self._count(ready)
                self.absorb(ready)

    def _count(self, news: News) -> None:
        at = (news.rows, news.chosen)
        self.n[at] += 1
        self.total[at] += self.scaled(news)

    def scaled(self, news: News) -> Array:
        """The rewards in units of the policy's range; those outside count as its end."""
        scaled: Array = (news.reward - self._low) / self._width
        return np.clip(scaled, 0, 1) if isinstance(self._common, BoundedPolicy) else scaled

    def choose(self, features: Array, rng: Rng) -> tuple[Choices, Array]:
        """Each run's arm (NO_ARM: none), and the chance that it was chosen with, where the policy learns from that."""
        policy, k = self._common, len(self.names)
        grown = self.n >= policy.burn_in if policy.burn_in else np.ones(self.n.shape, dtype=bool)
        chosen, chances = self.ideal(grown | ~grown.any(axis=1, keepdims=True), features, rng)
        if policy.floor or policy.control_share or policy.burn_in:
            lower = self._lower(grown)
            whole = np.maximum(lower.sum(axis=1, keepdims=True), np.where(grown.any(axis=1, keepdims=True), 1.0, 0.0))
            aside = rng.random(len(lower)) * whole[:, 0] < lower.sum(axis=1)
            chosen = np.where(aside & (chosen != NO_ARM), drawn(lower, rng), chosen)
            if chances is not None:
                chances = (lower + np.maximum(1 - lower.sum(axis=1, keepdims=True), 0) * chances) / whole
        if chances is None:
            return chosen, np.ones(len(chosen))
        return chosen, chances[self.rows, np.minimum(chosen, k - 1)]

    def _lower(self, grown: Mask) -> Array:
        policy, k = self._common, len(self.names)
        least = np.full(k, min(policy.floor, 1 / k))
        if policy.control in self.names:
            place = self.names.index(policy.control)
            least[place] = max(least[place], min(policy.control_share, 1 - (least.sum() - least[place])))
        return np.where(grown, least, np.maximum(least, 1 / k))


class _Cohort:
    """Rewards that wait until so many of a run are there."""

    def __init__(self, size: int, runs: int) -> None:
        self._size = size
        self._held: list[list[News]] = [[] for _ in range(size)]
        self._waiting = np.zeros(runs, dtype=int)

    def full(self, news: News) -> list[News]:
        """These wait too; what comes back is whole cohorts, one reward of each run at a time."""
        for place in np.unique(self._waiting[news.rows]).tolist():
            self._held[place].append(news.at(np.flatnonzero(self._waiting[news.rows] == place)))
        self._waiting[news.rows] += 1
        full = self._waiting == self._size
        if not full.any():
            return []
        self._waiting[full] = 0
        return [self._taken(place, full) for place in range(self._size)]

    def _taken(self, place: int, full: Mask) -> News:
        held = News(*map(np.concatenate, zip(*self._held[place], strict=True)))
        ready = full[held.rows]
        self._held[place] = [held.at(np.flatnonzero(~ready))]
        return held.at(np.flatnonzero(ready))


def _repeats(rows: Choices) -> bool:
    return len(rows) > 1 and not bool((np.diff(rows) > 0).all())
