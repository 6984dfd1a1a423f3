"""Rows that a surrogate does not learn from, so that its fidelity is not flattered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEWEST = 12
ONE_IN = 3


def is_held_out(n: int) -> NDArray[np.bool_]:
    """Of n rows every third one, in an order that is shuffled the same way always; none where there are few.

    Then the fidelity is that of the rows learnt from.
    """
    held = np.zeros(n, dtype=bool)
    if n >= FEWEST:
        held[np.random.default_rng(n).permutation(n)[: n // ONE_IN]] = True
    return held
