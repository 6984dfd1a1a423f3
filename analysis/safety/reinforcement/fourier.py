"""The Fourier basis: cosines of what is seen, scaled to [0, 1]. Konidaris, Osentoski and Thomas (2011)."""

from __future__ import annotations

from itertools import product

import numpy as np

from analysis.safety.terms import Array

MOST_FEATURES = 100_000


def coefficients(numbers: int, order: int, coupled: int = -1) -> Array:
    """Every vector of 0 to `order`, shape (features, numbers), the last number moving fastest.

    coupled: at most so many of a vector's entries are not 0; -1: all may be. ValueError if there would be too many.

    >>> coefficients(2, 1).tolist(), len(coefficients(2, 3, coupled=1))
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], 7)
    """
    if (order + 1) ** numbers > MOST_FEATURES:
        raise ValueError(f"A basis of order {order} over {numbers} numbers has more than {MOST_FEATURES:,} features.")
    vectors = np.array(list(product(range(order + 1), repeat=numbers)), dtype=np.float64).reshape(-1, numbers)
    return vectors if coupled < 0 else vectors[(vectors > 0).sum(axis=1) <= coupled]


def scaled(observations: Array, low: Array, high: Array) -> Array:
    """As shares of the way from low to high, shape (n, d)."""
    return (observations - low) / (high - low)


def cosines(shares: Array, vectors: Array) -> Array:
    """cos(pi c · x), shape (n, features)."""
    return np.cos(np.pi * (shares @ vectors.T))
