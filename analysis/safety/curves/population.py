"""The whole world of a trial: every row of the document's data, from which samples are drawn and by which it is judged.

Two terms: the classifier as it is constrained, whose probabilities are lots to be drawn (`probabilistic`), and the one
that decides by one half (`decided`). A regression has only the first.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analysis.learning.seeds import child_seed
from analysis.safety.bounds.risks import risk_estimate
from analysis.safety.compiled import Compiled
from analysis.safety.constraints import Vocabulary
from analysis.safety.curves.reading import DECIDED, PROBABILISTIC
from analysis.safety.encoded_rows import EncodedRows
from analysis.safety.evidence import seen
from analysis.safety.loading.table import is_text
from analysis.safety.measures import MEASURES
from analysis.safety.measures.deciding import decided
from analysis.safety.setting import Wish
from analysis.safety.subjects import prepare
from analysis.safety.terms import Array, Constraint, Regime, Rows, Samples
from experiments.types import JsonObject


@dataclass(frozen=True, slots=True)
class Judged:
    """A model in the whole world. values: g of each constraint: it is broken above 0, and where it has no value.

    performance: share of rows that are classified right (or mean squared error).
    """

    performance: float
    values: tuple[float, ...]

    @property
    def broken(self) -> bool:
        """Whether any constraint is."""
        return any(not value <= 0 for value in self.values)


@dataclass(frozen=True, eq=False)
class Population:
    """rows: as they were read and checked."""

    wish: Wish
    rows: EncodedRows
    vocabulary: Vocabulary
    constraints: tuple[Constraint, ...]

    def __len__(self) -> int:
        return self.rows.count

    @cached_property
    def _encoded(self) -> EncodedRows:
        """By an encoding that all rows have taught: that of every sample that lacks no category."""
        return self.rows.prepared(np.arange(len(self)), rng=np.random.default_rng(0))

    @cached_property
    def _categories(self) -> list[Rows]:
        """Of each feature that is text: which category every row has."""
        columns = [self.rows.loaded.table.columns[name] for name in self.rows.loaded.features]
        return [np.unique(column.astype(str), return_inverse=True)[1] for column in columns if is_text(column)]

    def prepared(self, rows: Rows, *, rng: np.random.Generator) -> EncodedRows:
        """As `EncodedRows.prepared`, without encoding everything anew where nothing would be another."""
        if any(len(np.unique(each[rows])) <= each.max() for each in self._categories):
            return self.rows.prepared(rows, rng=rng)
        inner = replace(self._encoded.whole, model=self.wish.model)
        return replace(self._encoded, inner=inner.prepared(rows, rng=rng))

    @property
    def is_regression(self) -> bool:
        return self.wish.regime == Regime.REGRESSION

    def sample(self, size: int, *, seed: int, number: int) -> Rows:
        """That many rows, drawn one by one and put back. A larger sample of one number begins with the smaller one."""
        rng = np.random.default_rng(child_seed(seed, "population", number))
        drawn: Rows = rng.integers(len(self), size=size).astype(np.intp)
        return drawn

    def judged(self, outputs: Array) -> Mapping[str, Judged]:
        """By terms. outputs: of a model over all rows, in their order."""
        found = {PROBABILISTIC: self._judged(outputs)}
        return found if self.is_regression else {**found, DECIDED: self._judged(decided(outputs))}

    def _judged(self, outputs: Array) -> Judged:
        loaded = self.rows.loaded
        samples = Samples(np.empty((len(self), 0)), loaded.labels, loaded.groups)
        values = tuple(self._value(constraint, outputs, samples) for constraint in self.constraints)
        return Judged(_performance(outputs, loaded.labels, is_regression=self.is_regression), values)

    def _value(self, constraint: Constraint, outputs: Array, samples: Samples) -> float:
        found = [seen(each, outputs, samples, MEASURES[each.measure]) for each in constraint.quantities]
        means = [risk_estimate(evidence) for evidence in found]
        return Compiled.of(constraint).value(means) if all(map(math.isfinite, means)) else math.nan


def population_of(setting: JsonObject) -> Population:
    """Of a setting of the procedure `safe`. ValueError for data that cannot be trusted, and without labels."""
    wish, prepared = prepare(setting)
    if not isinstance(prepared.subject, EncodedRows):
        raise ValueError("Curves need rows with labels: what recorded episodes would have brought is not known.")
    return Population(wish, prepared.subject, prepared.vocabulary, wish.constraints(prepared.vocabulary))


def _performance(outputs: Array, labels: Array, *, is_regression: bool) -> float:
    if is_regression:
        return float(np.mean((outputs - labels) ** 2))
    if outputs.ndim == 1:
        return float(np.mean(np.where(labels == 1, outputs, 1 - outputs)))
    return float(np.mean(outputs[np.arange(len(labels)), labels.astype(int)]))
