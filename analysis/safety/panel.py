"""One data set in a search: the fitted model over it, and what its rows make of the quantities read from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.safety.measures.kinds import Affine, Everywhere
from analysis.safety.pieces import members, pieces
from analysis.safety.tally import Moments, Tally
from analysis.safety.terms import Array, Fitted, Measure, Model, Quantity, Rows, Samples

BLOCK = 8192
"""Rows that are copied at once: what fits into a cache."""


@dataclass(frozen=True, slots=True)
class Learning:
    """What is learned. classes: 0 for regression."""

    model: Model
    classes: int
    measures: Mapping[str, Measure]

    def searched(self, quantity: Quantity) -> Measure:
        """Its measure, or what stands in for that while searching, if it has steps."""
        measure = self.measures[quantity.measure]
        return measure.smooth or measure


@dataclass(frozen=True, slots=True)
class Read:
    """What one theta makes of the rows. values: of quantities that mean and deviation do not tell enough of."""

    outputs: Array
    moments: Moments
    mean: Mapping[Quantity, float]
    deviation: Mapping[Quantity, float]
    values: Mapping[Quantity, Array]


class Panel:
    """quantities: what is read. valued: those of them of which every value is wanted, not only mean and deviation."""

    def __init__(
        self, view: View, learning: Learning, quantities: Sequence[Quantity], valued: Collection[Quantity]
    ) -> None:
        self._measures = {quantity: learning.searched(quantity) for quantity in quantities}
        summable = [
            quantity
            for quantity, measure in self._measures.items()
            if quantity not in valued and isinstance(measure, Affine | Everywhere)
        ]
        self.summed = {quantity: number for number, quantity in enumerate(summable)}
        bare = view.bare()
        parts = [pieces(quantity, bare, self._measures[quantity], learning.classes) for quantity in summable]
        self._tally = Tally(parts, len(view.rows))
        samples = taken(view.samples, view.rows[self._tally.atoms.order])
        self.labels = samples.labels
        self.fitted: Fitted = learning.model.while_searching(samples.features, classes=learning.classes)
        self._rows: dict[Quantity, Rows] = {
            quantity: np.flatnonzero(members(quantity, samples, measure))
            for quantity, measure in self._measures.items()
            if quantity not in self.summed
        }
        self.counts = {quantity: len(rows) for quantity, rows in self._rows.items()}
        self.counts |= {quantity: int(self._tally.n[number]) for quantity, number in self.summed.items()}

    def read(self, theta: Array) -> Read:
        outputs = self.fitted.outputs(theta)
        moments = self._tally.moments([channel.values(outputs, self.labels) for channel in self._tally.channels])
        mean = dict(zip(self.summed, moments.mean.tolist(), strict=True))
        deviation = dict(zip(self.summed, moments.deviation.tolist(), strict=True))
        values = {quantity: self._values(outputs, quantity) for quantity in self._rows}
        for quantity, found in values.items():
            mean[quantity], deviation[quantity] = _moments(found)
        return Read(outputs, moments, mean, deviation, values)

    def by_outputs(self, read: Read, weights: Weights) -> Array:
        """Derivative by the outputs, of their shape."""
        found: Array | None = None
        if self.summed:
            by_mean = np.array([weights.by_mean.get(quantity, 0.0) for quantity in self.summed])
            by_deviation = np.array([weights.by_deviation.get(quantity, 0.0) for quantity in self.summed])
            lines = self._tally.back(read.moments, by_mean, by_deviation)
            for channel, line in zip(self._tally.channels, lines, strict=True):
                part = channel.back(read.outputs, self.labels, line)
                found = part if found is None else found + part
        found = np.zeros_like(read.outputs) if found is None else found
        for quantity in self._rows:
            self._spread(found, read, quantity, weights)
        return found

    def _values(self, outputs: Array, quantity: Quantity) -> Array:
        rows = self._rows[quantity]
        return self._measures[quantity].values(outputs[rows], self.labels[rows], quantity.indices)

    def _spread(self, found: Array, read: Read, quantity: Quantity, weights: Weights) -> None:
        """Add what a quantity that is not summed says of its rows."""
        by = weights.by_values.get(quantity)
        along, across = weights.by_mean.get(quantity, 0.0), weights.by_deviation.get(quantity, 0.0)
        if by is None and not (along or across):
            return
        rows, values = self._rows[quantity], read.values[quantity]
        total = np.zeros(len(values)) if by is None else by
        if along or across:
            total = total + along / len(values)
            if read.deviation[quantity] > 0:
                share = across / ((len(values) - 1) * read.deviation[quantity])
                total += share * (values - read.mean[quantity])
        slopes = self._measures[quantity].slopes(read.outputs[rows], self.labels[rows], quantity.indices)
        found[rows] += slopes * (total if slopes.ndim == 1 else total[:, None])


@dataclass(slots=True)
class Weights:
    """Derivatives of what is wanted by mean, deviation or every value of quantities; gathered term by term."""

    by_mean: dict[Quantity, float]
    by_deviation: dict[Quantity, float]
    by_values: dict[Quantity, Array]

    @classmethod
    def none(cls) -> Weights:
        return cls({}, {}, {})

    @property
    def empty(self) -> bool:
        return not (self.by_mean or self.by_values)

    def add(self, quantity: Quantity, weight: float, slopes: tuple[float, float] | Array) -> None:
        if isinstance(slopes, tuple):
            self.by_mean[quantity] = self.by_mean.get(quantity, 0.0) + weight * slopes[0]
            self.by_deviation[quantity] = self.by_deviation.get(quantity, 0.0) + weight * slopes[1]
        else:
            before = self.by_values.get(quantity)
            self.by_values[quantity] = weight * slopes if before is None else before + weight * slopes


@dataclass(frozen=True, slots=True)
class View:
    """Some rows of a data set, not copied."""

    samples: Samples
    rows: Rows

    def bare(self) -> Samples:
        """Labels and groups of these rows, without the features."""
        groups = {name: members[self.rows] for name, members in self.samples.groups.items()}
        return Samples(np.empty((len(self.rows), 0)), self.samples.labels[self.rows], groups)


def taken(samples: Samples, rows: Rows) -> Samples:
    """Those rows alone, in that order; features column by column, as the linear models want them, copied once."""
    bare = View(samples, rows).bare()
    features = np.empty((len(rows), samples.features.shape[1]), order="F")
    for start in range(0, len(rows), BLOCK):
        some = slice(start, start + BLOCK)
        features[some] = samples.features[rows[some]]
    return Samples(features, bare.labels, bare.groups, samples.names)


def _moments(values: Array) -> tuple[float, float]:
    if len(values) < 2:
        return float(values.mean()) if len(values) else float("nan"), float("nan")
    return float(values.mean()), float(values.std(ddof=1))
