"""How unlike two rows are whose columns are of several kinds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.explainers.subjects import Reals
from analysis.learning.data.features import Feature

ENTRIES = 4_000_000
"""Differences that are held at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Gower:
    """Mean over the features of |a - b| / range for numbers, and of whether they differ for flags and categories.

    Numbers beyond the range of the data count more than 1. Gower (1971), *Biometrics* 27.
    """

    ranges: Reals
    is_numeric: NDArray[np.bool_]

    def __call__(self, rows: Reals, others: Reals) -> Reals:
        """shape (n, m), from 0 (the same) up; at most 1 within the range of the data."""
        step = max(1, ENTRIES // max(1, others.size))
        blocks = [self._block(rows[start : start + step], others) for start in range(0, len(rows), step)]
        return np.vstack(blocks) if blocks else np.zeros((0, len(others)))

    def _block(self, rows: Reals, others: Reals) -> Reals:
        apart = np.abs(rows[:, np.newaxis] - others)
        return np.asarray(np.where(self.is_numeric, apart / self.ranges, apart > 0).mean(axis=2))


def gower(features: tuple[Feature, ...], rows: Reals) -> Gower:
    """By the ranges of these rows; a number that never varies counts as it is."""
    spans = np.ptp(rows, axis=0)
    return Gower(np.where(spans > 0, spans, 1.0), np.array([feature.is_numeric for feature in features]))
