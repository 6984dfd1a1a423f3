"""What stands between two layers, with its slope."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]


class Activation(NamedTuple):
    """value: of what comes in. slope: of what comes out (not of what comes in). gain: of the first weights."""

    value: Callable[[Reals], Reals]
    slope: Callable[[Reals], Reals]
    gain: float


def _relu(x: Reals) -> Reals:
    return np.maximum(x, 0.0)


def _logistic(x: Reals) -> Reals:
    """Without overflow at either end."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))


ACTIVATIONS: Mapping[str, Activation] = {
    "relu": Activation(_relu, lambda y: np.asarray(y > 0, dtype=np.float64), 2.0),
    "tanh": Activation(np.tanh, lambda y: 1 - y**2, 1.0),
    "logistic": Activation(_logistic, lambda y: y * (1 - y), 1.0),
    "identity": Activation(lambda x: x, np.ones_like, 1.0),
}
