"""When a reward becomes known, and the post that carries it there."""

from dataclasses import dataclass

import numpy as np

from bandits.policies.simulation.arrays import Choices, News, Rng

KINDS = ("fixed", "batch", "geometric")


@dataclass(frozen=True)
class Delay:
    """So many rounds later ("fixed"); when every so many rounds are full ("batch"); after a random time ("geometric").

    rounds: the fixed time, the size of a batch, or the mean time. missing: the share of rewards that never come.
    """

    rounds: int = 0
    kind: str = "fixed"
    missing: float = 0.0

    def waits(self, t: int, runs: int, rng: Rng) -> Choices:
        """How many rounds each run waits for the reward of round ``t``; 0: known before the next choice."""
        if self.kind == "geometric" and self.rounds:
            return rng.geometric(1 / (self.rounds + 1), size=runs) - 1
        wait = max(self.rounds - 1 - t % self.rounds, 0) if self.kind == "batch" and self.rounds else self.rounds
        return np.full(runs, wait)


class Post:
    """Rewards under way."""

    def __init__(self, delay: Delay) -> None:
        self._delay = delay
        self._bags: dict[int, list[News]] = {}

    def send(self, t: int, news: News, rng: Rng) -> None:
        """The rewards of round ``t``."""
        waits = self._delay.waits(t, len(news.rows), rng)
        if self._delay.missing:
            kept = np.flatnonzero(rng.random(len(waits)) >= self._delay.missing)
            news, waits = news.at(kept), waits[kept]
        if self._delay.kind != "geometric":
            self._bags.setdefault(t + int(waits.max(initial=0)), []).append(news)
            return
        for wait in np.unique(waits).tolist():
            self._bags.setdefault(t + wait, []).append(news.at(np.flatnonzero(waits == wait)))

    def arrived(self, t: int) -> list[News]:
        """What is known at the end of round ``t``, oldest first."""
        bags = self._bags.pop(t, [])
        if self._delay.kind == "geometric" and len(bags) > 1:
            return [News(*map(np.concatenate, zip(*bags, strict=True)))]
        return bags
