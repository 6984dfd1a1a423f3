"""Rows laid so that those of the same memberships stand together.

Whatever a constraint is about (a group, a group's true positives, …) is then a union of a few runs of rows, and sums
over the runs serve any number of quantities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.safety.terms import Array, Mask, Rows

FEW = 24
"""Up to so many atoms, one call for each of them costs less than one call over all."""
PACKED = 40
NEAR = 1e-4
"""Of a sum of squares: where less than that is left, the difference of two sums has lost four digits."""


@dataclass(frozen=True, slots=True)
class Atoms:
    """order: rows, atom by atom. starts, counts: shape (atoms,). within: (masks, atoms), which mask has which."""

    order: Rows
    starts: NDArray[np.intp]
    counts: NDArray[np.intp]
    within: Mask

    @property
    def slices(self) -> list[slice]:
        ends = self.starts + self.counts
        return [slice(start, end) for start, end in zip(self.starts.tolist(), ends.tolist(), strict=True)]


def atoms_of(masks: Sequence[Mask], n: int) -> Atoms:
    """masks: each of shape (n,). No masks: one atom."""
    codes = np.zeros(n, dtype=np.int64)
    for number, mask in enumerate(masks):
        if number % PACKED == PACKED - 1:
            codes = np.unique(codes, return_inverse=True)[1].reshape(-1).astype(np.int64)
        codes = codes * 2 + mask
    narrow = codes.astype(np.min_scalar_type(codes.max(initial=0)))  # small numbers are sorted by their digits
    order = np.argsort(narrow, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    counts = np.diff(np.append(starts, n))
    first = order[starts]
    within = np.array([mask[first] for mask in masks], dtype=bool).reshape(len(masks), len(starts))
    return Atoms(order, starts, counts, within)


class Runs:
    """Sums over each atom, and lines over each atom, for values that lie in the order of the atoms."""

    def __init__(self, atoms: Atoms) -> None:
        self.atoms = atoms
        self._counts: list[float] = atoms.counts.astype(float).tolist()
        self._slices = atoms.slices
        self._few = len(self._slices) <= FEW
        ones = np.ones(int(atoms.counts.max(initial=0)))
        self._ones = [ones[:count] for count in atoms.counts] if self._few else []

    def moments(self, values: Array) -> tuple[list[float], list[float]]:
        """Mean of each atom, and its sum of squared distances from that mean."""
        if not len(values):
            return [], []
        means, spreads = [], []
        for number, (count, (first, second)) in enumerate(zip(self._counts, self._sums(values), strict=True)):
            mean = first / count
            spread = second - mean * first
            if spread < NEAR * second:
                spread = _spread(values[self._slices[number]], mean)
            means.append(mean)
            spreads.append(spread)
        return means, spreads

    def line(self, values: Array, offsets: Sequence[float], scales: Sequence[float]) -> Array:
        """offset + scale * value, with the offset and scale of the value's atom."""
        if not self._few:
            return np.repeat(offsets, self.atoms.counts) + np.repeat(scales, self.atoms.counts) * values
        found = np.empty_like(values)
        for where, offset, scale in zip(self._slices, offsets, scales, strict=True):
            part = found[where]
            if scale:
                np.multiply(values[where], scale, part)
                part += offset
            else:
                part[:] = offset
        return found

    def _sums(self, values: Array) -> list[tuple[float, float]]:
        """Of the values and of their squares, over each atom."""
        if not self._few:
            sums = [np.add.reduceat(each, self.atoms.starts).tolist() for each in (values, values * values)]
            return list(zip(*sums, strict=True))
        parts = [values[where] for where in self._slices]
        return [(float(part.dot(ones)), float(part.dot(part))) for part, ones in zip(parts, self._ones, strict=True)]


def _spread(values: Array, mean: float) -> float:
    """Around the mean itself: where the difference of two sums has lost its digits."""
    rest = values - mean
    return float(rest.dot(rest))
