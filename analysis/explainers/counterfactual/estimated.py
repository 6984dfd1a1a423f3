"""Slopes of a function that one can only ask."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.explainers.subjects import Reals

Function = Callable[[Reals], Reals]
"""Rows, shape (n, M) -> values, shape (n, k)."""


def central(function: Function, rows: Reals, steps: Reals) -> Reals:
    """(f(x + h) - f(x - h)) / 2h for each feature, shape (n, M, k): exact for quadratics, whatever h.

    steps: h of each feature, shape (M,), more than 0. 2 M questions for each row.
    """
    n, m = rows.shape
    offsets = np.concatenate([np.diag(steps), -np.diag(steps)])
    values = function((rows[:, np.newaxis] + offsets).reshape(-1, m)).reshape(n, 2, m, -1)
    return np.asarray((values[:, 0] - values[:, 1]) / (2 * steps[:, np.newaxis]))


def evolved(function: Function, rows: Reals, steps: Reals, rng: np.random.Generator, pairs: int) -> Reals:
    """The mean of (f(x + h u) - f(x - h u)) u / 2h over pairs of normal u, shape (n, M, k): antithetic evolution
    strategies (Wierstra et al. 2014; Salimans et al. 2017). 2 pairs questions for each row, however many features.
    """
    n, m = rows.shape
    directions = rng.normal(size=(pairs, m))
    offsets = np.concatenate([directions, -directions]) * steps
    values = function((rows[:, np.newaxis] + offsets).reshape(-1, m)).reshape(n, 2, pairs, -1)
    differences = (values[:, 0] - values[:, 1]) / 2
    return np.asarray(np.einsum("npk,pm->nmk", differences, directions / steps) / pairs)
