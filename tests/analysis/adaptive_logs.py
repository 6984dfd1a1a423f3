"""Logs that a learning policy wrote: Thompson sampling with a floor, its table renewed every ten decisions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.statistics.off_policy import Log

Floats = NDArray[np.float64]
DRAWS = 100


@dataclass(frozen=True)
class Runs:
    """Many runs side by side. arms, rewards: (runs, n); tables: (runs, n, K)."""

    means: Floats
    arms: NDArray[np.intp]
    rewards: Floats
    tables: Floats

    def log(self, run: int) -> Log:
        """One of them."""
        table, arms = self.tables[run], self.arms[run]
        return Log.of(arms, self.rewards[run], table[np.arange(len(arms)), arms], tables=table)

    def earned(self, run: int) -> float:
        """What the policy's own chances were worth on average."""
        return float((self.tables[run] @ self.means).mean())


def thompson_runs(
    means: tuple[float, ...], *, runs: int, n: int, rng: np.random.Generator, floor: float = 0.05, batch: int = 10
) -> Runs:
    """Runs of yes-no rewards of these means."""
    k, every = len(means), np.arange(runs)
    won, lost = np.full((runs, k), 0.5), np.full((runs, k), 0.5)
    arms, rewards = np.zeros((runs, n), dtype=np.intp), np.zeros((runs, n))
    tables = np.zeros((runs, n, k))
    chances = np.full((runs, k), 1 / k)
    for at in range(n):
        if at % batch == 0:
            best = rng.beta(won, lost, (DRAWS, runs, k)).argmax(axis=2)
            chances = floor + (1 - k * floor) * (best[..., None] == np.arange(k)).mean(axis=0)
        drawn = np.minimum((rng.random(runs)[:, None] > chances.cumsum(axis=1)).sum(axis=1), k - 1)
        reward = (rng.random(runs) < np.array(means)[drawn]).astype(float)
        arms[:, at], rewards[:, at], tables[:, at] = drawn, reward, chances
        won[every, drawn] += reward
        lost[every, drawn] += 1 - reward
    return Runs(np.array(means), arms, rewards, tables)
