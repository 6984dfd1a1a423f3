"""The linear model that imitates another one near a sample: what all forms of LIME fit.

Ribeiro, Singh and Guestrin (2016).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.explainers.attribution.coalitions import Masks
from analysis.explainers.subjects import Reals

FIDELITY = "weighted R²"
MASKS_TRIED = 10
"""Up to so many parts, all masks are tried, and nothing is drawn."""


class Surrogate(NamedTuple):
    """weights: shape (p,), 0 for what was not chosen. fidelity: weighted R² of the imitation, at most 1."""

    weights: Reals
    intercept: float
    fidelity: float


def kernel(distances: Reals, width: float) -> Reals:
    """How much a perturbed sample counts: sqrt(exp(-d² / width²)), 1 at the sample itself."""
    return np.asarray(np.sqrt(np.exp(-((distances / width) ** 2))))


def imitation(design: Reals, outputs: Reals, weights: Reals, *, alpha: float, most: int) -> Surrogate:
    """Weighted ridge regression with an intercept that is not shrunk, on at most `most` columns, forward-selected.

    design: shape (n, p); outputs, weights: shape (n,). Minimises sum of w (y - b - z c)² + alpha |c|². Forward
    selection adds the column that leaves the least of this, until there are `most`. With alpha 0 and columns that
    depend on each other, the shortest solution.
    """
    share = weights / weights.sum()
    centre, level = share @ design, float(share @ outputs)
    shifted, wanted = design - centre, outputs - level
    products, targets = shifted.T @ (shifted * weights[:, np.newaxis]), shifted.T @ (weights * wanted)
    chosen = _chosen(products, targets, alpha, most)
    found = np.zeros(design.shape[1])
    found[chosen] = _solved(products, targets, chosen, alpha)
    missed = wanted - shifted @ found
    return Surrogate(found, level - float(centre @ found), _r_squared(missed, wanted, weights))


def _chosen(products: Reals, targets: Reals, alpha: float, most: int) -> NDArray[np.intp]:
    """Places of the columns, in their order."""
    chosen: list[int] = []
    if most >= len(targets):
        return np.arange(len(targets))
    while len(chosen) < most:
        others = [column for column in range(len(targets)) if column not in chosen]
        gains = [_gain(products, targets, np.array([*chosen, column]), alpha) for column in others]
        chosen.append(others[int(np.argmax(np.round(gains, 12)))])
    return np.array(sorted(chosen))


def _gain(products: Reals, targets: Reals, columns: NDArray[np.intp], alpha: float) -> float:
    """By how much these columns lower what is minimised."""
    return float(targets[columns] @ _solved(products, targets, columns, alpha))


def _solved(products: Reals, targets: Reals, columns: NDArray[np.intp], alpha: float) -> Reals:
    normal = products[np.ix_(columns, columns)] + alpha * np.eye(len(columns))
    return np.asarray(np.linalg.lstsq(normal, targets[columns], rcond=None)[0])


def _r_squared(missed: Reals, wanted: Reals, weights: Reals) -> float:
    """1 for a model that says the same everywhere, which its imitation does too."""
    total = float(weights @ wanted**2)
    return 1.0 - float(weights @ missed**2) / total if total > 1e-24 else 1.0


def masks_of(parts: int, samples: int, rng: np.random.Generator) -> Masks:
    """Which parts stay, shape (n, parts); the first row keeps all.

    All masks where there are at most `MASKS_TRIED` parts; else `samples` of them, with a number of hidden parts that is
    drawn evenly from 1 to all of them.
    """
    if parts <= MASKS_TRIED:
        return np.asarray((np.arange(2**parts)[::-1, np.newaxis] >> np.arange(parts)) & 1, dtype=bool)
    hidden = rng.integers(1, parts + 1, size=samples)
    ranks = np.argsort(rng.random((samples, parts)), axis=1)
    masks = ranks >= hidden[:, np.newaxis]
    masks[0] = True
    return masks


def cosine_distances(masks: Masks) -> Reals:
    """Of each mask to the one that keeps all: 1 - sqrt(share of what stays); 1 where nothing does."""
    return np.asarray(1.0 - np.sqrt(masks.mean(axis=1)))
