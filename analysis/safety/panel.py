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
"""Rows that a model is asked about at once, where no search is."""
CACHED = 32_768
"""Numbers that are copied at once: rows to columns, which is five times as quick within a cache."""


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
    """What one theta makes of the rows. mean, deviation: by the position of the quantity; not a number if too few rows.

    values: of the quantities that are not summed.
    """

    outputs: Array
    moments: Moments
    mean: list[float]
    deviation: list[float]
    values: dict[int, Array]


class Panel:
    """quantities: what is read; they go by their positions. valued: of which every value is wanted."""

    def __init__(
        self, view: View, learning: Learning, quantities: Sequence[Quantity], valued: Collection[Quantity]
    ) -> None:
        self._quantities = list(quantities)
        self._measures = [learning.searched(quantity) for quantity in quantities]
        self._summed = [
            number
            for number, (quantity, measure) in enumerate(zip(quantities, self._measures, strict=True))
            if quantity not in valued and isinstance(measure, Affine | Everywhere)
        ]
        bare = view.bare()
        parts = [pieces(quantities[one], bare, self._measures[one], learning.classes) for one in self._summed]
        self._tally = Tally(parts, len(view.rows))
        samples = taken(view.samples, view.rows[self._tally.atoms.order])
        self.labels = samples.labels
        self.fitted: Fitted = learning.model.while_searching(samples.features, classes=learning.classes)
        self._rows: dict[int, Rows] = {
            number: np.flatnonzero(members(quantity, samples, self._measures[number]))
            for number, quantity in enumerate(quantities)
            if number not in self._summed
        }
        counts = dict(zip(self._summed, self._tally.counts, strict=True))
        self.counts = [counts[one] if one in counts else len(self._rows[one]) for one in range(len(quantities))]

    def read(self, theta: Array) -> Read:
        outputs = self.fitted.outputs(theta)
        moments = self._tally.moments([channel.values(outputs, self.labels) for channel in self._tally.channels])
        if not self._rows:
            return Read(outputs, moments, moments.mean, moments.deviation, {})
        values = {number: self._values(outputs, number) for number in self._rows}
        found = {number: _moments(each) for number, each in values.items()}
        found |= dict(zip(self._summed, zip(moments.mean, moments.deviation, strict=True), strict=True))
        order = range(len(self._quantities))
        return Read(outputs, moments, [found[one][0] for one in order], [found[one][1] for one in order], values)

    def by_outputs(self, read: Read, weights: Weights) -> Array:
        """Derivative by the outputs, of their shape."""
        found: Array | None = None
        by_mean, by_deviation = weights.by_mean, weights.by_deviation
        if self._rows:
            by_mean = [by_mean[one] for one in self._summed]
            by_deviation = [by_deviation[one] for one in self._summed]
        lines = self._tally.back(read.moments, by_mean, by_deviation)
        for channel, line in zip(self._tally.channels, lines, strict=True):
            part = channel.back(read.outputs, self.labels, line)
            found = part if found is None else found + part
        found = np.zeros_like(read.outputs) if found is None else found
        for number in self._rows:
            self._spread(found, read, number, weights)
        return found

    def _values(self, outputs: Array, number: int) -> Array:
        rows = self._rows[number]
        return self._measures[number].values(outputs[rows], self.labels[rows], self._quantities[number].indices)

    def _spread(self, found: Array, read: Read, number: int, weights: Weights) -> None:
        """Add what a quantity that is not summed says of its rows."""
        by = weights.by_values.get(number)
        along, across = weights.by_mean[number], weights.by_deviation[number]
        if by is None and not (along or across):
            return
        rows, values = self._rows[number], read.values[number]
        total = np.zeros(len(values)) if by is None else by
        if along or across:
            total = total + along / len(values)
            if read.deviation[number] > 0:
                total += across / ((len(values) - 1) * read.deviation[number]) * (values - read.mean[number])
        indices = self._quantities[number].indices
        slopes = self._measures[number].slopes(read.outputs[rows], self.labels[rows], indices)
        found[rows] += slopes * (total if slopes.ndim == 1 else total[:, None])


class Weights:
    """Derivatives of what is wanted by mean, deviation or every value of quantities; gathered term by term."""

    def __init__(self, count: int) -> None:
        self.by_mean, self.by_deviation = [0.0] * count, [0.0] * count
        self.by_values: dict[int, Array] = {}

    def add(self, number: int, weight: float, slopes: tuple[float, float] | Array) -> None:
        if isinstance(slopes, tuple):
            self.by_mean[number] += weight * slopes[0]
            self.by_deviation[number] += weight * slopes[1]
        else:
            before = self.by_values.get(number)
            self.by_values[number] = weight * slopes if before is None else before + weight * slopes


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
    width = samples.features.shape[1]
    features, block = np.empty((len(rows), width), order="F"), max(CACHED // max(width, 1), 1)
    for start in range(0, len(rows), block):
        some = slice(start, start + block)
        features[some] = samples.features.take(rows[some], axis=0)
    return Samples(features, bare.labels, bare.groups, samples.names)


def _moments(values: Array) -> tuple[float, float]:
    if len(values) < 2:
        return float(values.mean()) if len(values) else float("nan"), float("nan")
    return float(values.mean()), float(values.std(ddof=1))
