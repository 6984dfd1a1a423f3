"""Policies over sums: each scores its arms by a rule for arrays."""

import numpy as np

from bandits.policies.adaptive import AdaptivePolicy
from bandits.policies.adaptive.exp3 import Exp3
from bandits.policies.adaptive.memory import SumsPolicy
from bandits.policies.simulation.arrays import Array, Choices, Mask, News, Rng, drawn, top
from bandits.policies.simulation.learners import Learner
from bandits.policies.simulation.rules import Seen, exp3_chances, scores


class SumsLearner(Learner):
    """Counts, sums and sums of squares; faded by a discount, or of a window of the latest rewards."""

    def __init__(self, policy: AdaptivePolicy, names: tuple[str, ...], runs: int) -> None:
        super().__init__(policy, names, runs)
        self.policy = policy
        self.squares, self.losses = np.zeros_like(self.n), np.zeros_like(self.n)
        self._fade = policy.discount if isinstance(policy, SumsPolicy) else 1.0
        self._window = policy.window if isinstance(policy, SumsPolicy) else None
        if self._window:
            self._recent = np.full((self._window, runs), -1), np.zeros((self._window, runs))
            self._folded = np.zeros(runs, dtype=int)

    def ideal(self, grown: Mask, features: Array, rng: Rng) -> tuple[Choices, Array | None]:
        seen = self.seen(grown)
        if isinstance(self.policy, Exp3):
            chances = exp3_chances(seen)
            return drawn(chances, rng), chances
        return top(seen.only(scores(self.policy, seen, rng)), rng), None

    def seen(self, grown: Mask | None = None) -> Seen:
        """What the rules look at."""
        grown = np.ones(self.n.shape, dtype=bool) if grown is None else grown
        n = np.maximum(self.n, 1e-300)
        mean = self.total / n
        variance = np.maximum(self.squares / n - mean * mean, 0)
        t = np.where(grown, self.n, 0).sum(axis=1, keepdims=True)
        return Seen(self.n, mean, variance, self.losses, t, grown)

    def absorb(self, news: News) -> None:
        at, x = (news.rows, news.chosen), self.scaled(news)
        if self._fade < 1:
            self._forget(news, x)
        self.squares[at] += x * x
        if isinstance(self.policy, Exp3):
            self.losses[at] += (1 - x) / news.chance
        if self._window:
            self._slide(news, x)

    def _forget(self, news: News, x: Array) -> None:
        """All that was there before this reward counts less."""
        at, rows = (news.rows, news.chosen), news.rows
        self.n[at] -= 1
        self.total[at] -= x
        for sums in (self.n, self.total, self.squares):
            sums[rows] *= self._fade
        self.n[at] += 1
        self.total[at] += x

    def _slide(self, news: News, x: Array) -> None:
        arms, values = self._recent
        place = (self._folded[news.rows] % len(arms), news.rows)
        old, value = arms[place], values[place]
        leaving = np.flatnonzero(old >= 0)
        gone = (news.rows[leaving], old[leaving])
        self.n[gone] -= 1
        self.total[gone] -= value[leaving]
        self.squares[gone] -= value[leaving] ** 2
        arms[place], values[place] = news.chosen, x
        self._folded[news.rows] += 1
