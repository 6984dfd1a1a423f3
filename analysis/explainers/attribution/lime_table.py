"""LIME for rows of a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.explainers.attribution.surrogate import FIDELITY, imitation, kernel
from analysis.explainers.bodies import Attribution
from analysis.explainers.kinds import EXPLAINERS, Explainer, Explaining, Needs
from analysis.explainers.saying import explained, predicted, row_of, weighed
from analysis.explainers.subjects import Background, Model, Reals, Sample
from analysis.explainers.telling import columns_of
from analysis.explainers.words import Explanation
from analysis.learning.components import OneOf, Real, Whole
from analysis.learning.data.features import Feature
from analysis.learning.members import takes
from analysis.learning.seeds import generator
from experiments.types import JsonObject

USUAL_WIDTH = 0.75


@EXPLAINERS.register
@dataclass(frozen=True)
class LimeTabular(Explainer):
    """LIME for tables.

    Perturbs the row, asks the model, and fits a linear model that counts near rows more. quartiles: numbers are cut at
    the background's quartiles, and a weight says what being in this quarter adds to the prediction. gaussian: numbers
    are drawn around the background's mean, and a weight says what one standard deviation more adds. Categories and
    flags are drawn from the background; their weight says what having this one adds. The fidelity says how well the
    linear model imitates the model near the row: below about 0.5, do not show it.
    """

    name: ClassVar[str] = "lime_tabular"
    example: ClassVar[JsonObject] = {"type": "lime_tabular", "features": 2, "samples": 200}
    needs: ClassVar[Needs] = Needs()
    makes: ClassVar[frozenset[str]] = frozenset({"attribution"})
    is_random: ClassVar[bool] = True

    features: int = takes(Whole(1, 1000), "Features that get a weight, at most; the others get 0.", 10)
    samples: int = takes(Whole(10, 1_000_000), "Perturbed rows that the model is asked about.", 5000)
    numbers: str = takes(OneOf("quartiles", "gaussian"), "How numbers are perturbed.", "quartiles")
    alpha: float = takes(Real(0), "How much the linear model's weights are shrunk (ridge).", 1.0)
    width: float = takes(
        Real(0, above=True), "Width of the kernel, times the square root of the features.", USUAL_WIDTH
    )

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        features, digest = columns_of(background), background.digest()
        near = Neighbourhood(features, background.rows, self.numbers == "quartiles")

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            row = row_of(sample)
            rows, design = near.drawn(row, self.samples, generator(seed, self.name))
            outputs = model.outputs(rows)[:, explained(model, sample, target)]
            counts = kernel(np.linalg.norm(design - design[0], axis=1), self.width * np.sqrt(len(row)))
            found = imitation(design, outputs, counts, alpha=self.alpha, most=self.features)
            return Explanation(
                method=self.name,
                body=Attribution(weights=weighed(features, row, found.weights), base=found.intercept),
                prediction=predicted(model, sample, target),
                parameters=self.told(),
                seed=seed,
                background=digest,
                fidelity=found.fidelity,
                fidelity_name=FIDELITY,
            )

        return explain


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """Rows near a row. background: shape (n, M); is_cut: whether numbers are cut at their quartiles."""

    features: tuple[Feature, ...]
    background: Reals
    is_cut: bool

    def drawn(self, row: Reals, samples: int, rng: np.random.Generator) -> tuple[Reals, Reals]:
        """Rows, and what the linear model sees of them, both of shape (samples, M); the first is the row itself."""
        rows, design = np.empty((samples, len(row))), np.empty((samples, len(row)))
        for place, feature in enumerate(self.features):
            column = self.background[:, place]
            if feature.is_numeric and not self.is_cut:
                rows[:, place], design[:, place] = _around(column, float(row[place]), rng.standard_normal(samples))
            else:
                rows[:, place] = column[rng.integers(len(column), size=samples)]
                rows[0, place] = row[place]
                design[:, place] = self._alike(feature, column, rows[:, place])
        return rows, design

    def _alike(self, feature: Feature, column: Reals, values: Reals) -> Reals:
        """1 where a value is in the quarter, or of the category, of the first one; else 0."""
        groups = (
            np.searchsorted(np.unique(np.quantile(column, (0.25, 0.5, 0.75))), values) if feature.is_numeric else values
        )
        return np.asarray(groups == groups[0], dtype=float)


def _around(column: Reals, value: float, drawn: Reals) -> tuple[Reals, Reals]:
    """Values of a number and the same in standard deviations of the background; the first is the sample's own."""
    mean, deviation = float(column.mean()), float(column.std()) or 1.0
    drawn[0] = (value - mean) / deviation
    values = mean + deviation * drawn
    values[0] = value
    return values, drawn
