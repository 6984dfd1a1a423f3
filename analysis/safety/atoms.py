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
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    counts = np.diff(np.append(starts, n))
    first = order[starts]
    within = np.array([mask[first] for mask in masks], dtype=bool).reshape(len(masks), len(starts))
    return Atoms(order, starts, counts, within)


class Runs:
    """Sums over each atom, and lines over each atom, for values that lie in the order of the atoms."""

    def __init__(self, atoms: Atoms) -> None:
        self.atoms = atoms
        self.counts = atoms.counts.astype(float)
        self._slices = atoms.slices if len(atoms.starts) <= FEW else []
        self._ones = np.ones(int(atoms.counts.max(initial=0))) if self._slices else np.empty(0)

    def moments(self, values: Array) -> tuple[Array, Array]:
        """Mean of each atom, and its sum of squared distances from that mean."""
        shift = values[0] if len(values) else 0.0  # keeps the digits of values that hardly differ
        away = values - shift
        first, second = self._few(away) if self._slices else self._many(away)
        means = first / self.counts
        return means + shift, np.maximum(second - means * first, 0.0)

    def line(self, values: Array, offsets: Array, scales: Array) -> Array:
        """offset + scale * value, with the offset and scale of the value's atom."""
        if not self._slices:
            return np.repeat(offsets, self.atoms.counts) + np.repeat(scales, self.atoms.counts) * values
        found = np.empty_like(values)
        for where, offset, scale in zip(self._slices, offsets.tolist(), scales.tolist(), strict=True):
            part = found[where]
            if scale:
                np.multiply(values[where], scale, out=part)
                part += offset
            else:
                part[:] = offset
        return found

    def _few(self, away: Array) -> tuple[Array, Array]:
        parts = [away[where] for where in self._slices]
        ones = self._ones
        first = [part.dot(ones[: len(part)]) for part in parts]
        return np.array(first), np.array([part.dot(part) for part in parts])

    def _many(self, away: Array) -> tuple[Array, Array]:
        starts = self.atoms.starts
        return np.add.reduceat(away, starts), np.add.reduceat(away * away, starts)
