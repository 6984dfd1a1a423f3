"""Partial dependence, and what it is the mean of: one curve for each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.explainers.bodies import Curve, Curves
from analysis.explainers.kinds import EXPLAINERS, Explainer, Explaining, Needs
from analysis.explainers.saying import explained, predicted, row_of
from analysis.explainers.subjects import Background, Model, Reals, Sample
from analysis.explainers.telling import columns_of
from analysis.explainers.words import Explanation
from analysis.learning.components import Flag, Whole
from analysis.learning.data.features import Feature
from analysis.learning.members import takes
from experiments.types import JsonObject

MIDDLE = (0.1, 0.9)


def grid_of(feature: Feature, column: Reals, points: int) -> Reals:
    """Values that a feature is given, rising: quantiles of a number, each value of a flag or a category."""
    known = np.unique(column)
    if not feature.is_numeric or len(known) <= points:
        return known
    values = np.quantile(column, np.linspace(0, 1, points), method="closest_observation")
    return np.unique(values)


def moved(model: Model, rows: Reals, place: int, grid: Reals) -> Reals:
    """What the model says of each row with the feature at each point. Result: shape (n, points, k). One batch."""
    many = np.repeat(rows[:, np.newaxis], len(grid), axis=1)
    many[:, :, place] = grid
    return np.asarray(model.outputs(many.reshape(-1, rows.shape[1])).reshape(len(rows), len(grid), -1))


@EXPLAINERS.register
@dataclass(frozen=True)
class PartialDependence(Explainer):
    """The mean prediction of all cases with one feature set to a value, for each value; and where the sample stands.

    low and high hold the middle eight tenths of the cases (Friedman 2001). Where features hang together, some of those
    cases could not exist: prefer accumulated local effects there.
    """

    name: ClassVar[str] = "partial_dependence"
    example: ClassVar[JsonObject] = {"type": "partial_dependence", "points": 4}
    needs: ClassVar[Needs] = Needs()
    makes: ClassVar[frozenset[str]] = frozenset({"curves"})

    points: int = takes(Whole(2, 200), "Values that a number is given.", 20)

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        features, rows, digest = columns_of(background), background.rows, background.digest()
        grids = [grid_of(*each, self.points) for each in zip(features, rows.T, strict=True)]
        told = [moved(model, rows, place, grid) for place, grid in enumerate(grids)]

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            row, output = row_of(sample), explained(model, sample, target)
            return Explanation(
                method=self.name,
                body=Curves(
                    curves=tuple(
                        self.curve(features[place], grid, told[place][:, :, output], row[place])
                        for place, grid in enumerate(grids)
                    ),
                    means="partial dependence",
                ),
                prediction=predicted(model, sample, target),
                parameters=self.told(),
                value_function="interventional",
                background=digest,
            )

        return explain

    def curve(self, feature: Feature, grid: Reals, cases: Reals, at: float) -> Curve:
        """cases: shape (n, points)."""
        low, high = np.quantile(cases, MIDDLE, axis=0)
        return Curve(
            feature=feature.name,
            grid=tuple(feature.readable(float(value)) for value in grid),
            mean=floats(cases.mean(axis=0)),
            low=floats(low),
            high=floats(high),
            at=feature.readable(float(at)),
        )


@EXPLAINERS.register
@dataclass(frozen=True)
class IndividualExpectation(Explainer):
    """How the prediction of this very case would move with each of its features; and of some other cases.

    Individual conditional expectation (Goldstein et al. 2015). The first single curve is the sample's, the others are
    rows that stand evenly in the data; the mean is the partial dependence. centred: all curves begin at 0, which shows
    best whether they part.
    """

    name: ClassVar[str] = "individual_expectation"
    example: ClassVar[JsonObject] = {"type": "individual_expectation", "points": 4, "lines": 2}
    needs: ClassVar[Needs] = Needs()
    makes: ClassVar[frozenset[str]] = frozenset({"curves"})

    points: int = takes(Whole(2, 200), "Values that a number is given.", 20)
    lines: int = takes(Whole(0, 200), "Other cases, at most.", 15)
    is_centred: bool = takes(Flag(), "Whether every curve begins at 0.", False)

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        features, rows, digest = columns_of(background), background.rows, background.digest()
        grids = [grid_of(*each, self.points) for each in zip(features, rows.T, strict=True)]
        told = [moved(model, rows, place, grid) for place, grid in enumerate(grids)]
        shown = np.unique(np.linspace(0, len(rows) - 1, min(self.lines, len(rows))).astype(np.intp))

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            row, output = row_of(sample), explained(model, sample, target)
            curves = []
            for place, grid in enumerate(grids):
                own, cases = moved(model, row[np.newaxis], place, grid)[:, :, output], told[place][:, :, output]
                curves.append(self.curve(features[place], grid, cases, np.vstack([own, cases[shown]]), row[place]))
            return Explanation(
                method=self.name,
                body=Curves(curves=tuple(curves), means="partial dependence"),
                prediction=predicted(model, sample, target),
                parameters=self.told(),
                value_function="interventional",
                background=digest,
            )

        return explain

    def curve(self, feature: Feature, grid: Reals, cases: Reals, single: Reals, at: float) -> Curve:
        """cases: shape (n, points); single: those that are shown one by one, shape (lines + 1, points)."""
        mean = cases.mean(axis=0)
        if self.is_centred:
            mean, single = mean - mean[0], single - single[:, :1]
        return Curve(
            feature=feature.name,
            grid=tuple(feature.readable(float(value)) for value in grid),
            mean=floats(mean),
            single=tuple(floats(line) for line in single),
            at=feature.readable(float(at)),
        )


def floats(values: Reals) -> tuple[float, ...]:
    """As documents write them."""
    return tuple(float(value) for value in values)
