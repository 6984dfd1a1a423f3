"""Mean and deviation of every quantity from sums over atoms, and the way back to the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.safety.atoms import Atoms, Runs, atoms_of
from analysis.safety.channels import Channel
from analysis.safety.pieces import Piece
from analysis.safety.terms import Array


@dataclass(frozen=True, slots=True)
class Moments:
    """Of every quantity, shape (quantities,). deviation divides by n - 1, and is not a number below two rows.

    channels: the per-row values that they came from, which the way back needs.
    """

    mean: Array
    deviation: Array
    channels: tuple[Array, ...]


class Tally:
    """quantities: the pieces of each. Memory and time over the rows do not depend on how many there are."""

    def __init__(self, quantities: Sequence[Sequence[Piece]], n: int) -> None:
        every = [piece for one in quantities for piece in one]
        self.atoms: Atoms = atoms_of([piece.mask for piece in every], n)
        self.channels: list[Channel] = list(dict.fromkeys(piece.channel for piece in every))
        self._runs = Runs(self.atoms)
        width = len(self.atoms.starts)
        shape = (len(quantities), len(self.channels), width)
        counts, scales, offsets = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        owners = [number for number, one in enumerate(quantities) for _ in one]
        for owner, piece, within in zip(owners, every, self.atoms.within, strict=True):
            place = owner, self.channels.index(piece.channel)
            counts[place][within] = self.atoms.counts[within]
            scales[place][within], offsets[place][within] = piece.scale, piece.offset
        self._prepare(*(table.reshape(shape[0], shape[1] * width) for table in (counts, scales, offsets)))

    def _prepare(self, counts: Array, scales: Array, offsets: Array) -> None:
        """Tables (quantities, channels * atoms): what does not depend on theta."""
        self.n = counts.sum(axis=1)
        self._counts, self._scales, self._offsets = counts, scales, offsets
        with np.errstate(invalid="ignore", divide="ignore"):
            self._to_mean = counts * scales / self.n[:, None]
            self._constant = (counts * offsets).sum(axis=1) / self.n
            self._freedom = np.where(self.n > 1, self.n - 1, np.nan)
        self._squares = scales * scales
        self._mixed = scales * offsets

    def moments(self, channels: Sequence[Array]) -> Moments:
        """channels: in the order of `self.channels`, rows in the order of the atoms."""
        found = [self._runs.moments(values) for values in channels]
        means = np.concatenate([mean for mean, _ in found]) if found else np.empty(0)
        spreads = np.concatenate([spread for _, spread in found]) if found else np.empty(0)
        mean = self._to_mean @ means + self._constant
        away = self._scales * means + self._offsets - mean[:, None]
        between = (self._counts * away * away).sum(axis=1)
        deviation = np.sqrt((self._squares @ spreads + between) / self._freedom)
        return Moments(mean, deviation, tuple(channels))

    def back(self, moments: Moments, by_mean: Array, by_deviation: Array) -> list[Array]:
        """Derivatives by mean and deviation of each quantity -> by every value of every channel, (n,) each."""
        with np.errstate(invalid="ignore", divide="ignore"):
            along = np.where(self.n > 0, by_mean / self.n, 0.0)
            across = np.where(moments.deviation > 0, by_deviation / (self._freedom * moments.deviation), 0.0)
        offsets = (along - across * moments.mean) @ self._scales + across @ self._mixed
        scales = across @ self._squares
        shape = len(self.channels), len(self.atoms.starts)
        lines = zip(moments.channels, offsets.reshape(shape), scales.reshape(shape), strict=True)
        return [self._runs.line(values, offset, scale) for values, offset, scale in lines]
