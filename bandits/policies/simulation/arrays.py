"""The kinds of arrays, one row for each run, that this room passes around."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Choices = NDArray[np.intp]
Mask = NDArray[np.bool_]
Rng = np.random.Generator
NO_ARM = -1


class News(NamedTuple):
    """Rewards that become known. rows: the run of each, none twice. chance: with which the arm was chosen.

    features: those that the decision was made on, shape (n, d); of the chosen arm where each arm has its own.
    """

    rows: Choices
    chosen: Choices
    reward: Array
    chance: Array
    cost: Array
    features: Array

    def at(self, places: Choices) -> "News":
        """Some of them."""
        return News(
            self.rows[places],
            self.chosen[places],
            self.reward[places],
            self.chance[places],
            self.cost[places],
            self.features[places],
        )


def one_per_run(news: News) -> list[News]:
    """The same in as many parts as the busiest run has rewards, each run's in their order."""
    order = np.argsort(news.rows, kind="stable")
    rows = news.rows[order]
    starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
    rank = np.arange(len(rows)) - np.repeat(starts, np.diff(np.r_[starts, len(rows)]))
    return [news.at(order[rank == turn]) for turn in range(int(rank.max(initial=-1)) + 1)]


def top(scores: Array, rng: Rng) -> Choices:
    """The place of the highest score in each row, ties at random."""
    chosen: Choices = scores.argmax(axis=1)
    highest = scores[np.arange(len(scores)), chosen][:, None]
    tied = scores == highest
    several = np.flatnonzero(tied.sum(axis=1) > 1)
    if len(several):
        chosen[several] = np.where(tied[several], rng.random((len(several), scores.shape[1])), -1).argmax(axis=1)
    return chosen


def drawn(chances: Array, rng: Rng) -> Choices:
    """One place of each row, with these chances (which need not sum to 1)."""
    ends = np.cumsum(chances, axis=1)
    chosen: Choices = (ends < rng.random((len(ends), 1)) * ends[:, -1:]).sum(axis=1)
    at_most: Choices = np.minimum(chosen, chances.shape[1] - 1)
    return at_most
