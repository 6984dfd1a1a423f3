"""By which rule the next stimulus is drawn: exact chances, which are stored with what was drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def evenly(which: NDArray[np.bool_]) -> Array:
    """The same chance for each that is marked, none for the others."""
    marked = which.astype(float)
    return np.asarray(marked / marked.sum())


def leading(value: Array, *, random: float = 0.0) -> Array:
    """Those of the highest value, ties evenly, mixed with a share drawn evenly from all: the floor on every chance."""
    value = np.nan_to_num(value, nan=0.0)  # what overflowed says nothing
    best = evenly(value >= value.max() - 1e-12 * max(1.0, abs(float(value.max()))))
    return np.asarray(random / len(best) + (1 - random) * best)
