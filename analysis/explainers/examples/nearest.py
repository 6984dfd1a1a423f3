"""The rows most like the sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.explainers.bodies import Example, Examples
from analysis.explainers.examples.gower import gower
from analysis.explainers.kinds import EXPLAINERS, Explainer, Explaining, Needs
from analysis.explainers.saying import explained, predicted, row_of
from analysis.explainers.subjects import Background, Model, Reals, Sample
from analysis.explainers.telling import columns_of, read_aloud
from analysis.explainers.words import Explanation
from analysis.learning.components import OneOf, Whole
from analysis.learning.data.features import Feature
from analysis.learning.members import takes
from experiments.types import JsonObject


@EXPLAINERS.register
@dataclass(frozen=True)
class NearestExamples(Explainer):
    """The cases most like this one, and what the model says of them.

    Nearness is Gower's: each feature counts alike, numbers by their range, categories by whether they differ. same,
    other: only cases of which the model says the same class, or another one (near misses). The sample itself, where it
    is in the data, is passed over. A plain baseline that people often do best with.
    """

    name: ClassVar[str] = "nearest_examples"
    example: ClassVar[JsonObject] = {"type": "nearest_examples", "count": 3}
    needs: ClassVar[Needs] = Needs()
    makes: ClassVar[frozenset[str]] = frozenset({"examples"})

    count: int = takes(Whole(1, 50), "Examples at most.", 5)
    among: str = takes(OneOf("all", "same", "other"), "Which cases, by the class that the model predicts.", "all")

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        features, rows, digest = columns_of(background), background.rows, background.digest()
        apart, outputs = gower(features, rows), model.outputs(background.rows)

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            row = row_of(sample)
            distances = apart(row[np.newaxis], rows)[0]
            fits = distances > 0
            if model.labels and self.among != "all":
                is_same = outputs.argmax(axis=1) == explained(model, sample, None)
                fits &= is_same if self.among == "same" else ~is_same
            places = [int(place) for place in np.argsort(distances, kind="stable") if fits[place]][: self.count]
            found = tuple(
                example(place, rows, features, said(outputs[place], model.labels), float(distances[place]))
                for place in places
            )
            few = f"Only {len(places)} of {self.count} examples were found."
            return Explanation(
                method=self.name,
                body=Examples(features=tuple(feature.name for feature in features), examples=found, are="nearest"),
                prediction=predicted(model, sample, target),
                parameters=self.told(),
                background=digest,
                warnings=(few,) if len(places) < self.count else (),
            )

        return explain


def said(outputs: Reals, labels: tuple[str, ...]) -> tuple[float, str | None]:
    """What the model says of a row: the number, or the likeliest class with its probability. outputs: shape (k,)."""
    place = int(outputs.argmax()) if labels else 0
    return float(outputs[place]), labels[place] if labels else None


def example(
    place: int, rows: Reals, features: tuple[Feature, ...], prediction: tuple[float, str | None], distance: float | None
) -> Example:
    """A row of the background as an explanation shows it."""
    values = read_aloud(features, rows[place])
    return Example(row=place, values=values, distance=distance, label=prediction[1], prediction=prediction[0])
