"""Whether numbers are numbers still: asked at every step of every search."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from analysis.safety.terms import Array


def all_finite(values: Array) -> bool:
    """Of any shape. A finite sum of squares proves it and is quick; a sum that overflows proves nothing.

    >>> all_finite(np.array([1e200, 1.0])), all_finite(np.array([np.inf, 1.0])), all_finite(np.array([]))
    (True, False, True)
    """
    return math.isfinite(np.vdot(values, values)) or bool(np.isfinite(values).all())


def are_finite(numbers: Iterable[float]) -> bool:
    """Of a few plain numbers."""
    return all(map(math.isfinite, numbers))
