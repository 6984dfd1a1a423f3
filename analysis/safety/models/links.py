"""From scores to outputs, without overflow however large a score is."""

from __future__ import annotations

import numpy as np

from analysis.safety.terms import Array


def sigmoid(scores: Array) -> Array:
    """1 / (1 + exp(-score)), elementwise."""
    return falling_sigmoid(np.negative(scores))


def falling_sigmoid(scores: Array) -> Array:
    """1 / (1 + exp(score)), in the place of the scores: who has those of the other sign saves a pass."""
    with np.errstate(over="ignore"):  # exp becomes infinite, and the quotient the 0 that it should be
        found = np.exp(scores, out=scores)
    found += 1.0
    return np.divide(1.0, found, out=found)


def softmax(scores: Array) -> Array:
    """Rows of (n, classes) that add to 1; the largest score of a row is taken off first."""
    found: Array = np.subtract(scores, scores.max(axis=1, keepdims=True))
    np.exp(found, out=found)
    found /= found.sum(axis=1, keepdims=True)
    return found
