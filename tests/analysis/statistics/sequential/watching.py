"""Many experiments at once, watched after every participant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from analysis.statistics.sequential.bounded_evidence import STAKES
from tests.proof import PROOF

Array = NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, ...]], Array]
LEVEL = 0.05
EXPERIMENTS = 2_000 if PROOF else 200
PARTICIPANTS = 1_000 if PROOF else 200


def at_most(level: float, experiments: int = EXPERIMENTS) -> float:
    """The share of misses that the promise and chance allow."""
    return level + 3 * sqrt(level * (1 - level) / experiments)


@dataclass(frozen=True)
class Looks:
    """The evidence of values in [0, 1] after each of them: n of shape (looks, 1), sums of shape (looks, 16)."""

    n: Array
    up: Array
    down: Array

    @classmethod
    def at(cls, values: Array, counts: Array) -> Looks:
        """After that many of the values, at each look."""
        nothing = np.zeros((1, len(STAKES)))
        up, down = (
            np.concatenate([nothing, np.cumsum(np.log1p(np.multiply.outer(part, STAKES)), axis=0)])
            for part in (values, 1 - values)
        )
        return cls(counts[:, None].astype(float), up[counts], down[counts])
