"""Accumulated local effects: how the prediction moves, by cases that are really there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.explainers.bodies import Curve, Curves
from analysis.explainers.curves.partial import floats
from analysis.explainers.kinds import EXPLAINERS, Explainer, Explaining, Needs
from analysis.explainers.saying import explained, predicted, row_of
from analysis.explainers.subjects import Background, Model, Reals, Sample
from analysis.explainers.telling import columns_of
from analysis.explainers.words import Explanation
from analysis.learning.components import Whole
from analysis.learning.data.features import Feature, FeatureKind
from analysis.learning.members import takes
from experiments.types import JsonObject


@EXPLAINERS.register
@dataclass(frozen=True)
class AccumulatedEffects(Explainer):
    """How the prediction moves along each feature, counting at each value only the cases that are near it.

    The mean step from one edge of an interval to the other over the cases in it, added up and centred so that the mean
    over the cases is 0 (Apley and Zhu 2020). Unlike partial dependence it asks about no case far from the data, and
    does not lend a feature the effect of one that goes with it. Of categories without an order there is none.
    """

    name: ClassVar[str] = "accumulated_effects"
    example: ClassVar[JsonObject] = {"type": "accumulated_effects", "intervals": 4}
    needs: ClassVar[Needs] = Needs()
    makes: ClassVar[frozenset[str]] = frozenset({"curves"})

    intervals: int = takes(Whole(1, 200), "Intervals that a number is cut into, with as many cases in each.", 20)

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        features, rows, digest = columns_of(background), background.rows, background.digest()
        places = [place for place, feature in enumerate(features) if is_ordered(feature)]
        told = {place: self._effect(model, rows, place, features[place]) for place in places}
        left_out = [feature.name for feature in features if not is_ordered(feature)]
        warning = f"Categories without an order have no accumulated effect: {', '.join(left_out)}."

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            row, output = row_of(sample), explained(model, sample, target)
            return Explanation(
                method=self.name,
                body=Curves(
                    curves=tuple(
                        curve(features[place], grid, effect[:, output], row[place])
                        for place, (grid, effect) in told.items()
                    ),
                    means="accumulated local effects",
                ),
                prediction=predicted(model, sample, target),
                parameters=self.told(),
                value_function="local",
                background=digest,
                warnings=(warning,) if left_out else (),
            )

        return explain

    def _effect(self, model: Model, rows: Reals, place: int, feature: Feature) -> tuple[Reals, Reals]:
        """Grid, shape (points,), and effect there, shape (points, k)."""
        if feature.is_numeric:
            edges = edges_of(rows[:, place], self.intervals)
            return edges, accumulated(model, rows, place, edges)
        levels = np.unique(rows[:, place])
        return levels, stepped(model, rows, place, levels)


def curve(feature: Feature, grid: Reals, mean: Reals, at: float) -> Curve:
    """grid and mean: shape (points,); at: the sample's value."""
    values = tuple(feature.readable(float(value)) for value in grid)
    return Curve(feature=feature.name, grid=values, mean=floats(mean), at=feature.readable(float(at)))


def is_ordered(feature: Feature) -> bool:
    """Whether its values have neighbours: numbers, flags, and categories that rise."""
    return feature.kind is not FeatureKind.CATEGORY or feature.is_ordered


def edges_of(column: Reals, intervals: int) -> Reals:
    """Quantiles that are among the values, rising, from the least to the largest; those that are equal are one."""
    return np.unique(np.quantile(column, np.linspace(0, 1, intervals + 1), method="inverted_cdf"))


def accumulated(model: Model, rows: Reals, place: int, edges: Reals) -> Reals:
    """At each edge z_0 < … < z_K, shape (K + 1, k); at z_0 alone: 0.

    Step k is the mean over the rows in (z_(k-1), z_k] of f(z_k) - f(z_(k-1)), the others as the row has them; the least
    value is in the first interval. Centred by the mean over the rows of the middle of each one's interval, as Apley's
    own ALEPlot does.
    """
    if len(edges) < 2:
        return np.zeros((len(edges), model.outputs(rows[:1]).shape[1]))
    interval = np.clip(np.searchsorted(edges, rows[:, place]), 1, len(edges) - 1)
    there = _at(model, rows, place, edges[interval]) - _at(model, rows, place, edges[interval - 1])
    counts, heights = np.bincount(interval, minlength=len(edges))[1:], np.zeros((len(edges), there.shape[1]))
    np.add.at(heights, interval, there)
    heights[1:] = np.cumsum(heights[1:] / np.maximum(counts, 1)[:, np.newaxis], axis=0)
    middle = (heights[1:] + heights[:-1]) / 2
    return np.asarray(heights - counts @ middle / counts.sum())


def stepped(model: Model, rows: Reals, place: int, levels: Reals) -> Reals:
    """At each level, shape (levels, k): a step is the mean over the rows at either of two neighbours. Mean 0."""
    at = np.searchsorted(levels, rows[:, place])
    heights = np.zeros((len(levels), model.outputs(rows[:1]).shape[1]))
    for upper in range(1, len(levels)):
        near = rows[(at == upper) | (at == upper - 1)]
        high, low = (_at(model, near, place, np.full(len(near), level)) for level in (levels[upper], levels[upper - 1]))
        heights[upper] = heights[upper - 1] + (high - low).mean(axis=0)
    return np.asarray(heights - heights[at].mean(axis=0))


def _at(model: Model, rows: Reals, place: int, values: Reals) -> Reals:
    there = rows.copy()
    there[:, place] = values
    return model.outputs(there)
