"""Conditions that hold of a sample, and rows drawn so that they hold."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from analysis.explainers.bodies import Condition
from analysis.explainers.subjects import Background, Reals
from analysis.explainers.telling import columns_of
from analysis.learning.data.features import Feature, FeatureKind


@dataclass(frozen=True, slots=True)
class Predicate:
    """The value of column `place` is more than low and at most high."""

    place: int
    low: float = -inf
    high: float = inf

    def holds(self, rows: Reals) -> NDArray[np.bool_]:
        """Of which rows, shape (n,)."""
        return np.asarray((rows[:, self.place] > self.low) & (rows[:, self.place] <= self.high))


def predicates_of(background: Background, row: Reals, parts: int) -> tuple[Predicate, ...]:
    """All that hold of the row: of numbers, on one side of each quantile; of flags and categories, the value itself."""
    made: list[Predicate] = []
    for place, (feature, column) in enumerate(zip(columns_of(background), background.rows.T, strict=True)):
        if not feature.is_numeric:
            made.append(Predicate(place, row[place] - 0.5, row[place] + 0.5))
            continue
        edges = np.unique(np.quantile(column, np.arange(1, parts) / parts))
        made.extend(Predicate(place, low=float(edge)) for edge in edges if row[place] > edge)
        made.extend(Predicate(place, high=float(edge)) for edge in edges if row[place] <= edge)
    return tuple(made)


def hold(predicates: tuple[Predicate, ...], rows: Reals) -> NDArray[np.bool_]:
    """Of which rows all of them hold, shape (n,)."""
    each = [predicate.holds(rows) for predicate in predicates]
    return np.asarray(np.all(each, axis=0)) if each else np.ones(len(rows), dtype=bool)


def drawn(predicates: tuple[Predicate, ...], rows: Reals, sample: Reals, n: int, rng: np.random.Generator) -> Reals:
    """n rows of the background in which the predicates hold.

    A value of a column that is bound is drawn anew from the values, among the background's and the sample's, of which
    its predicates hold; the others stay as the row has them.
    """
    made = rows[rng.integers(len(rows), size=n)]
    known = np.vstack([rows, sample])
    for place in sorted({predicate.place for predicate in predicates}):
        bound = tuple(predicate for predicate in predicates if predicate.place == place)
        values = known[hold(bound, known), place]
        made[:, place] = np.where(hold(bound, made), made[:, place], rng.choice(values, size=n))
    return np.asarray(made)


def conditions_of(predicates: tuple[Predicate, ...], features: tuple[Feature, ...]) -> tuple[Condition, ...]:
    """One for each feature, in their order: bounds on the same one are put together."""
    said = []
    for place in sorted({predicate.place for predicate in predicates}):
        bound = [predicate for predicate in predicates if predicate.place == place]
        low, high = max(each.low for each in bound), min(each.high for each in bound)
        said.append(_condition(features[place], low, high))
    return tuple(said)


def _condition(feature: Feature, low: float, high: float) -> Condition:
    if feature.kind is FeatureKind.CATEGORY:
        return Condition(feature=feature.name, op="among", among=(str(feature.readable(high - 0.5)),), holds=True)
    if feature.kind is FeatureKind.FLAG:
        return Condition(feature=feature.name, op="is", holds=bool(high - 0.5))
    if low == -inf:
        return Condition(feature=feature.name, op="at most", high=high, holds=True)
    if high == inf:
        return Condition(feature=feature.name, op="more than", low=low, holds=True)
    return Condition(feature=feature.name, op="between", low=low, high=high, holds=True)
