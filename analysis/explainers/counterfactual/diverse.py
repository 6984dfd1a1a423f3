"""A few rows out of many: near, and unlike each other."""

from __future__ import annotations

import numpy as np

from analysis.explainers.subjects import Reals


def diverse(distances: Reals, between: Reals, count: int) -> list[int]:
    """Places of at most `count` rows, the nearest first: a greedy determinantal choice.

    Each step takes the row that makes det(L) largest, L = q_i q_j / (1 + between_ij), q = 1 / (1 + distance): near rows
    that are not alike (Kulesza and Taskar 2012; the kernel of Mothilal et al. 2020). distances: shape (n,); between:
    shape (n, n).
    """
    if not len(distances):
        return []
    quality = 1 / (1 + distances)
    kernel = quality[:, np.newaxis] * quality / (1 + between)
    chosen = [int(distances.argmin())]
    while len(chosen) < min(count, len(distances)):
        gains = _gains(kernel, chosen)
        if gains.max() <= 1e-12:  # what is left repeats what was chosen
            break
        chosen.append(int(gains.argmax()))
    return chosen


def _gains(kernel: Reals, chosen: list[int]) -> Reals:
    """By what each row would multiply the determinant: its Schur complement; 0 for those chosen."""
    across = kernel[:, chosen]
    solved = np.linalg.solve(kernel[np.ix_(chosen, chosen)], across.T)
    gains = np.diag(kernel) - (across * solved.T).sum(axis=1)
    gains[chosen] = 0
    return np.asarray(gains)
