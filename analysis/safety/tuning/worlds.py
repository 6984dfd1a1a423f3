"""Trial worlds: rows to search on and rows to test on, drawn from candidate rows alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.safety.terms import Rows
from analysis.safety.testing.splitting import divided

LEAST_SHARE = 0.3
"""Of the candidate rows, in either pool."""


@dataclass(frozen=True, slots=True)
class World:
    """Rows of the data set, with repeats; none is in both."""

    candidate: Rows
    safety: Rows


def world(rows: Rows, strata: NDArray[np.intp], sizes: tuple[int, int], *, seed: int) -> World:
    """As a training with so many rows to search on and to test on would find it, were these rows everybody there is.

    rows: of the candidate set; strata: theirs, shape of rows. sizes: (search, test). The same seed divides the pools
    alike whatever the sizes are, as far as their proportion is the same.
    """
    share = min(max(sizes[1] / max(sum(sizes), 1), LEAST_SHARE), 1 - LEAST_SHARE)
    pools = divided(strata, fraction=share, split="stratified", seed=seed)
    rng = np.random.default_rng(seed)
    return World(rows[_drawn(pools.candidate, sizes[0], rng)], rows[_drawn(pools.safety, sizes[1], rng)])


def _drawn(pool: Rows, size: int, rng: np.random.Generator) -> Rows:
    """With replacement. ValueError if there is nothing to draw from."""
    if not len(pool):
        raise ValueError("There are too few candidate rows to try anything on: a pool of them is empty.")
    return np.sort(pool[rng.integers(len(pool), size=size)])
