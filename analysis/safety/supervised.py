"""A model over labelled rows, as training sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from analysis.safety.evidence import seen
from analysis.safety.loading.checks import says_the_same
from analysis.safety.measures import MEASURES
from analysis.safety.panel import BLOCK, Learning, View, taken
from analysis.safety.pieces import members
from analysis.safety.problem import Asked, SupervisedProblem
from analysis.safety.terms import (
    Array,
    Demand,
    Evidence,
    Measure,
    Model,
    Objective,
    Problem,
    Quantity,
    Rows,
    Samples,
)
from analysis.safety.testing.splitting import uncut

SAME: Final = "the model says the same of every row of the safety set; such a model is not tested."


@dataclass(frozen=True, slots=True)
class Supervised:
    """samples: the whole data set; which rows are used for what, `training` decides. classes: 0 for regression."""

    samples: Samples
    model: Model
    objective: Objective
    classes: int = 2
    measures: Mapping[str, Measure] = field(default_factory=lambda: MEASURES)

    @property
    def count(self) -> int:
        return len(self.samples.labels)

    def strata(self, wholes: tuple[Quantity, ...] = ()) -> NDArray[np.intp]:
        parts = [self.samples.labels] if self.classes else []
        parts += [np.asarray(group, dtype=float) for group in self.samples.groups.values()]
        if not parts:
            return np.zeros(self.count, dtype=np.intp)
        strata = np.unique(np.column_stack(parts), axis=0, return_inverse=True)[1].reshape(-1).astype(np.intp)
        return uncut(strata, (members(each, self.samples, self.measures[each.measure]) for each in wholes))

    def prepared(self, rows: Rows, *, rng: np.random.Generator) -> Self:
        return replace(self, model=self.model.shaped(taken(self.samples, rows), classes=self.classes, rng=rng))

    def start(self, rows: Rows, *, rng: np.random.Generator) -> Array:
        return self.model.start(taken(self.samples, rows), classes=self.classes, rng=rng)

    def problem(self, rows: Rows, demands: tuple[Demand, ...], *, size: int) -> Problem:
        learning = Learning(self.model, self.classes, self.measures)
        return SupervisedProblem(View(self.samples, rows), learning, self.objective, Asked(demands, size))

    def evidence(self, theta: Array, rows: Rows, quantities: tuple[Quantity, ...]) -> Mapping[Quantity, Evidence]:
        outputs, bare = self.outputs(theta, rows), View(self.samples, rows).bare()
        found = {each: seen(each, outputs, bare, self.measures[each.measure]) for each in quantities}
        if says_the_same(outputs):
            found = {each: replace(evidence, refused=SAME) for each, evidence in found.items()}
        return found

    def outputs(self, theta: Array, rows: Rows) -> Array:
        """Predictions for these rows, (n,) or (n, classes), block by block: no copy of all features is made."""
        blocks = [rows[start : start + BLOCK] for start in range(0, max(len(rows), 1), BLOCK)]
        features = self.samples.features
        return np.concatenate([self.model.over(features[each], classes=self.classes).outputs(theta) for each in blocks])
