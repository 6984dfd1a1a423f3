"""What may change, and how far one row is from another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from analysis.explainers.subjects import Background, Reals
from analysis.explainers.telling import columns_of
from analysis.learning.data.features import Feature, FeatureKind

STEPPED = frozenset({FeatureKind.WHOLE, FeatureKind.FLAG, FeatureKind.CATEGORY})
EXACT = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Allowed:
    """The rows that somebody could get to from `origin`, shape (M,).

    low, high: of each feature; both are the origin where it is fixed, one of them where it moves in one direction.
    Of numbers they are within the background's range too: a prediction out there says nothing. scale: the median
    absolute deviation of numbers, else their standard deviation, else 1. nominal: features of values without order.
    """

    features: tuple[Feature, ...]
    origin: Reals
    low: Reals
    high: Reals
    scale: Reals
    nominal: NDArray[np.bool_]
    stepped: NDArray[np.bool_]

    @classmethod
    def of(cls, background: Background, origin: Reals) -> Self:
        """ValueError for a row that has not as many values as the background has columns."""
        features, rows = columns_of(background), background.rows
        if origin.shape != (len(features),):
            raise ValueError(f"The row must have {len(features)} values, not {origin.size}.")
        bounds = [_bounds(*each) for each in zip(features, origin, rows.min(axis=0), rows.max(axis=0), strict=True)]
        return cls(
            features=features,
            origin=origin,
            low=np.array([low for low, _ in bounds]),
            high=np.array([high for _, high in bounds]),
            scale=np.array([_scale(feature, column) for feature, column in zip(features, rows.T, strict=True)]),
            nominal=np.array([_is_nominal(feature) for feature in features]),
            stepped=np.array([feature.kind in STEPPED for feature in features]),
        )

    @property
    def free(self) -> NDArray[np.intp]:
        """Places of the features that may change."""
        return np.flatnonzero(self.high > self.low)

    def nearest(self, rows: Reals) -> Reals:
        """The allowed row next to each, shape (n, M): within the bounds, whole where only whole numbers make sense."""
        low = np.where(self.stepped, np.ceil(self.low - EXACT), self.low)
        high = np.where(self.stepped, np.floor(self.high + EXACT), self.high)
        whole = np.where(self.stepped, np.rint(rows), rows)
        inside = np.where(low <= high, np.clip(whole, low, np.maximum(low, high)), self.origin)
        stays = (np.abs(rows - self.origin) < EXACT) | (self.high <= self.low)
        return np.where(stays, self.origin, inside)

    def holds(self, rows: Reals) -> NDArray[np.bool_]:
        """Which rows are allowed as they stand."""
        return np.asarray((self.nearest(rows) == rows).all(axis=1))

    def distances(self, rows: Reals, others: Reals | None = None, *, squared: bool = False) -> Reals:
        """From the origin, or from each of `others` (then shape (n, m)): differences in units of the scale, added up,
        or the root of the sum of their squares. A category that differs is 1.
        """
        to = self.origin if others is None else others
        gaps = np.abs((rows if others is None else rows[:, np.newaxis]) - to) / self.scale
        gaps = np.where(self.nominal, gaps != 0, gaps)
        return np.asarray(np.sqrt((gaps**2).sum(axis=-1)) if squared else gaps.sum(axis=-1))


def _is_nominal(feature: Feature) -> bool:
    return feature.kind is FeatureKind.CATEGORY and not feature.is_ordered


def _scale(feature: Feature, column: Reals) -> float:
    if feature.kind is FeatureKind.CATEGORY:
        return max(len(feature.categories) - 1.0, 1.0) if feature.is_ordered else 1.0
    if feature.kind is FeatureKind.FLAG:
        return 1.0
    return float(np.median(np.abs(column - np.median(column)))) or float(column.std()) or 1.0


def _bounds(feature: Feature, value: float, least: float, most: float) -> tuple[float, float]:
    if feature.kind is FeatureKind.CATEGORY:
        least, most = 0, len(feature.categories) - 1
    if feature.kind is FeatureKind.FLAG:
        least, most = 0, 1
    low, high = min(max(feature.low, least), value), max(min(feature.high, most), value)
    if feature.is_fixed:
        return value, value
    return (value if feature.moves == "up" else low), (value if feature.moves == "down" else high)
