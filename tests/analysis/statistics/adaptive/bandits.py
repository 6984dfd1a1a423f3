"""Many bandits at once: two or three arms of answers, handed out by how likely each is the best, above a floor."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Array = NDArray[np.float64]


class Runs(NamedTuple):
    """arms, rewards: shape (runs, n). chances: shape (runs, n, 2)."""

    arms: NDArray[np.int64]
    rewards: Array
    chances: Array


def thompson(runs: int, n: int, *, rates: tuple[float, float], floor: float, seed: int) -> Runs:
    """Two arms; from the second decision on treatment has the chance that its mean is the higher one (normal)."""
    rng = np.random.default_rng(seed)
    wins, pulls = np.full((runs, 2), 0.5), np.ones((runs, 2))
    arms, rewards = np.zeros((runs, n), dtype=np.int64), np.zeros((runs, n))
    chances = np.zeros((runs, n, 2))
    for t in range(n):
        means = wins / pulls
        spread = (means * (1 - means) / pulls).sum(axis=1)
        better = ndtr((means[:, 1] - means[:, 0]) / np.sqrt(spread))
        treated = floor + (1 - 2 * floor) * better
        arms[:, t] = rng.random(runs) < treated
        rewards[:, t] = rng.random(runs) < np.take(rates, arms[:, t])
        chances[:, t] = np.stack([1 - treated, treated], axis=1)
        np.put_along_axis(pulls, arms[:, t : t + 1], np.take_along_axis(pulls, arms[:, t : t + 1], 1) + 1, 1)
        gained = np.take_along_axis(wins, arms[:, t : t + 1], 1) + rewards[:, t : t + 1]
        np.put_along_axis(wins, arms[:, t : t + 1], gained, 1)
    return Runs(arms, rewards, chances)
