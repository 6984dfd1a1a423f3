"""Rows that bring about what is wanted, made as near and as plain as they can be."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from analysis.explainers.counterfactual.allowed import Allowed
from analysis.explainers.counterfactual.wanted import Wanted
from analysis.explainers.subjects import Background, Model, Reals
from analysis.explainers.telling import finite

FRACTIONS = np.linspace(0, 1, 17)[1:]
DEARER = 1.25  # how many times as far a row with fewer changes may be
ROUNDS = 3  # each finds 1/16 of the way that is left


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """One sample's question. digits: how finely numbers are written, as decimal digits of their feature's scale."""

    model: Model
    background: Background
    allowed: Allowed
    wanted: Wanted
    digits: int
    rng: np.random.Generator

    def outputs(self, rows: Reals) -> Reals:
        """Shape (n, k)."""
        return finite(np.asarray(self.model.outputs(rows), dtype=float))

    def met(self, rows: Reals) -> NDArray[np.bool_]:
        """Which rows bring it about."""
        return self.wanted.met(self.outputs(rows)) if len(rows) else np.zeros(0, dtype=bool)

    def shortfall(self, rows: Reals) -> Reals:
        """How far each row is from it, shape (n,)."""
        return self.wanted.shortfall(self.outputs(rows))

    def improved(self, row: Reals) -> Reals:
        """With fewer changes, and smaller ones."""
        return self.fewer(self.nearer(self.sparser(self.nearer(self.fewer(row)))))

    def fewer(self, row: Reals) -> Reals:
        """With every feature set back that can be, first the one that brings the row nearest."""
        while True:
            changed = np.flatnonzero(row != self.allowed.origin)
            tries = np.repeat(row[np.newaxis], len(changed), axis=0)
            tries[np.arange(len(changed)), changed] = self.allowed.origin[changed]
            good = tries[self.met(tries)]
            if not len(good):
                return row
            row = good[self.allowed.distances(good).argmin()]

    def nearer(self, row: Reals) -> Reals:
        """With every changed feature pulled back as far as the prediction stays as it is wanted."""
        for place in np.flatnonzero((row != self.allowed.origin) & ~self.allowed.nominal):
            for _ in range(ROUNDS):
                row = self._pulled(row, int(place))
        return row

    def _pulled(self, row: Reals, place: int) -> Reals:
        """One round: of the grid between where it stands and where it came from, the point next to what fails."""
        start, end = self.allowed.origin[place], row[place]
        tries = np.repeat(row[np.newaxis], len(FRACTIONS), axis=0)
        tries[:, place] = start + FRACTIONS * (end - start)
        tries[-1, place] = end
        tries = self.allowed.nearest(tries)
        met = self.met(tries)
        return np.asarray(tries[int(met.argmax())]) if met.any() else row

    def sparser(self, row: Reals) -> Reals:
        """With one change taken back for another going further, as long as the row is not much farther away."""
        while True:
            tries = self._traded(row)
            tries = tries[self.allowed.distances(tries) <= DEARER * self.allowed.distances(row[np.newaxis])[0]]
            good = tries[self.met(tries)]
            if not len(good):
                return row
            row = good[self.allowed.distances(good).argmin()]

    def _traded(self, row: Reals) -> Reals:
        """Every change taken back, with every other one at points between the bounds of its feature."""
        changed = np.flatnonzero(row != self.allowed.origin)
        tries = [np.empty((0, len(row)))]
        for back, further in permutations(changed, 2):
            some = np.repeat(row[np.newaxis], 2 * len(FRACTIONS), axis=0)
            some[:, back] = self.allowed.origin[back]
            ends = np.array([[self.allowed.low[further]], [self.allowed.high[further]]])
            some[:, further] = (row[further] + FRACTIONS * (ends - row[further])).ravel()
            tries.append(some)
        return self.allowed.nearest(np.concatenate(tries))

    def plainer(self, row: Reals) -> Reals:
        """With numbers of few digits, rounded away from the origin; each only where the prediction stays as wanted."""
        for place in np.flatnonzero((row != self.allowed.origin) & ~self.allowed.stepped):
            step = 10.0 ** (np.floor(np.log10(self.allowed.scale[place])) - self.digits)
            outward = np.sign(row[place] - self.allowed.origin[place])
            rounded = row.copy()
            decimals = max(0, round(-np.log10(step)))
            rounded[place] = np.round(outward * np.ceil(outward * row[place] / step - 1e-9) * step, decimals)
            if self.allowed.holds(rounded[np.newaxis])[0] and self.met(rounded[np.newaxis])[0]:
                row = rounded
        return row


def distinct(rows: Reals) -> Reals:
    """Each row once, in a fixed order."""
    return np.unique(rows, axis=0) if len(rows) else rows
