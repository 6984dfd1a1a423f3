"""Prototypes and criticisms: rows that stand for the data, and rows that those do not stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from analysis.explainers.bodies import Examples
from analysis.explainers.examples.gower import gower
from analysis.explainers.examples.nearest import example, said
from analysis.explainers.kinds import EXPLAINERS, Explainer, Explaining, Needs
from analysis.explainers.subjects import Background, Model, Reals, Sample
from analysis.explainers.telling import columns_of
from analysis.explainers.words import Explanation, Scope
from analysis.learning.components import OneOf, Real, Whole
from analysis.learning.members import takes
from experiments.types import JsonObject

MOST_ROWS = 2000
"""Rows that are compared with one another; of more, so many that stand evenly in the data."""


@EXPLAINERS.register
@dataclass(frozen=True)
class Prototypes(Explainer):
    """A few typical cases of the data with what the model says of them, or the cases that those leave out.

    MMD-critic (Kim, Khanna and Koyejo 2016). Prototypes are chosen greedily so that their distribution is nearest to
    the data's (maximum mean discrepancy, kernel exp(-d / width) of Gower's distance d); criticisms are where the two
    differ most, and unlike each other. class: so many for each class that the model predicts.
    """

    name: ClassVar[str] = "prototypes"
    example: ClassVar[JsonObject] = {"type": "prototypes", "count": 3}
    needs: ClassVar[Needs] = Needs()
    makes: ClassVar[frozenset[str]] = frozenset({"examples"})
    scope: ClassVar[Scope] = Scope.GLOBAL

    count: int = takes(Whole(1, 50), "Prototypes.", 4)
    show: str = takes(OneOf("prototypes", "criticisms"), "Which of the two are shown.", "prototypes")
    criticisms: int = takes(Whole(1, 50), "Criticisms, where they are shown.", 4)
    within: str = takes(OneOf("all", "class"), "Of all the data, or of each class that the model predicts.", "all")
    width: float = takes(Real(0.01, 100), "Width of the kernel, in median distances.", 1.0)

    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        self.check(model, background)
        features, outputs = columns_of(background), model.outputs(background.rows)
        groups = self._groups(outputs, bool(model.labels))
        places = [int(place) for group in groups for place in group[self._shown(background, group)]]
        told = [example(place, background.rows, features, said(outputs[place], model.labels), None) for place in places]
        explanation = Explanation(
            method=self.name,
            body=Examples(
                features=tuple(feature.name for feature in features),
                examples=tuple(told),
                are="criticisms" if self.show == "criticisms" else "prototypes",
            ),
            scope=Scope.GLOBAL,
            parameters=self.told(),
            background=background.digest(),
        )

        def explain(sample: Sample, target: int | None = None) -> Explanation:
            return explanation

        return explain

    def _groups(self, outputs: Reals, is_of_classes: bool) -> list[NDArray[np.intp]]:
        if not is_of_classes or self.within == "all":
            return [_thinned(np.arange(len(outputs)))]
        predicted = outputs.argmax(axis=1)
        return [_thinned(np.flatnonzero(predicted == each)) for each in np.unique(predicted)]

    def _shown(self, background: Background, group: NDArray[np.intp]) -> list[int]:
        """Places in the group."""
        rows = background.rows[group]
        distances = gower(columns_of(background), background.rows)(rows, rows)
        usual = float(np.median(distances[distances > 0])) if (distances > 0).any() else 1.0
        kernel = np.exp(-distances / (self.width * usual))
        chosen = prototypes_of(kernel, self.count)
        return criticisms_of(kernel, chosen, self.criticisms) if self.show == "criticisms" else chosen


def prototypes_of(kernel: Reals, count: int) -> list[int]:
    """Places, in the order in which they were chosen. kernel: shape (n, n).

    Greedily maximises J(S) = 2 / (n m) Σ_i Σ_s k(i, s) - 1 / m² Σ_s Σ_t k(s, t), m = |S|: the mean discrepancy
    falls by as much.
    """
    chosen: list[int] = []
    near, among, inside = kernel.mean(axis=0), np.zeros(len(kernel)), 0.0
    while len(chosen) < min(count, len(kernel)):
        m = len(chosen) + 1
        covered = near[chosen].sum() + near
        worth = 2 * covered / m - (inside + 2 * among + np.diag(kernel)) / m**2
        worth[chosen] = -np.inf
        best = int(np.argmax(np.round(worth, 12)))
        inside += 2 * among[best] + kernel[best, best]
        among = among + kernel[best]
        chosen.append(best)
    return chosen


def discrepancy(kernel: Reals, chosen: list[int]) -> float:
    """Squared maximum mean discrepancy between all rows and those chosen, at least 0."""
    places = np.array(chosen)
    pairs = kernel[np.ix_(places, places)].mean()
    return float(kernel.mean() - 2 * kernel[:, places].mean() + pairs)


def witness(kernel: Reals, chosen: list[int]) -> Reals:
    """Of each row, shape (n,): how much denser the data is there than the prototypes are."""
    return np.asarray(kernel.mean(axis=1) - kernel[:, chosen].mean(axis=1))


def criticisms_of(kernel: Reals, prototypes: list[int], count: int) -> list[int]:
    """Rows that greedily maximise Σ |witness| + log det k(C, C), prototypes excepted."""
    missed, chosen = np.abs(witness(kernel, prototypes)), list[int]()
    while len(chosen) < min(count, len(kernel) - len(prototypes)):
        rest = [place for place in range(len(kernel)) if place not in chosen and place not in prototypes]
        worth = [missed[place] + _apart(kernel, chosen, place) for place in rest]
        chosen.append(rest[int(np.argmax(np.round(worth, 12)))])
    return chosen


def _apart(kernel: Reals, chosen: list[int], place: int) -> float:
    """What a row adds to the log determinant; very little for one that is chosen already in all but name."""
    if not chosen:
        return float(np.log(kernel[place, place]))
    shared = kernel[np.ix_(chosen, [place])][:, 0]
    left = kernel[place, place] - shared @ np.linalg.lstsq(kernel[np.ix_(chosen, chosen)], shared, rcond=None)[0]
    return float(np.log(max(left, 1e-12)))


def _thinned(places: NDArray[np.intp]) -> NDArray[np.intp]:
    if len(places) <= MOST_ROWS:
        return places
    return places[np.linspace(0, len(places) - 1, MOST_ROWS).astype(np.intp)]
