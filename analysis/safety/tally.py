"""Mean and deviation of every quantity from sums over atoms, and the way back to the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.safety.atoms import Atoms, Runs, atoms_of
from analysis.safety.channels import Channel
from analysis.safety.mixing import Mixing, Numbers, Term, mixing
from analysis.safety.pieces import Piece
from analysis.safety.terms import Array


@dataclass(frozen=True, slots=True)
class Moments:
    """Of every quantity. deviation divides by n - 1; not a number where there are too few rows.

    channels: the per-row values that they came from, which the way back needs.
    """

    mean: list[float]
    deviation: list[float]
    channels: list[Array]


class Tally:
    """quantities: the pieces of each. Memory and time over the rows do not depend on how many there are."""

    def __init__(self, quantities: Sequence[Sequence[Piece]], n: int) -> None:
        every = [piece for one in quantities for piece in one]
        self.atoms: Atoms = atoms_of([piece.mask for piece in every], n)
        self.channels: list[Channel] = list(dict.fromkeys(piece.channel for piece in every))
        self._runs = Runs(self.atoms)
        self._width = len(self.atoms.starts)
        terms: list[list[Term]] = [[] for _ in quantities]
        owners = [number for number, one in enumerate(quantities) for _ in one]
        for owner, piece, within in zip(owners, every, self.atoms.within, strict=True):
            base = self.channels.index(piece.channel) * self._width
            terms[owner] += [
                Term(base + atom, float(self.atoms.counts[atom]), piece.scale, piece.offset)
                for atom in within.nonzero()[0].tolist()
            ]
        self.counts = [round(sum(term.count for term in one)) for one in terms]
        self._mixing: Mixing = mixing(terms, len(self.channels) * self._width)

    def moments(self, channels: list[Array]) -> Moments:
        """channels: in the order of `self.channels`, rows in the order of the atoms."""
        means: list[float] = []
        spreads: list[float] = []
        for values in channels:
            mean, spread = self._runs.moments(values)
            means += mean
            spreads += spread
        mean, deviation = self._mixing.moments(means, spreads)
        return Moments(mean, deviation, channels)

    def back(self, moments: Moments, by_mean: Numbers, by_deviation: Numbers) -> list[Array]:
        """Derivatives by mean and deviation of each quantity -> by every value of every channel, (n,) each."""
        offsets, scales = self._mixing.back((moments.mean, moments.deviation), (by_mean, by_deviation))
        found = []
        for number, values in enumerate(moments.channels):
            part = slice(number * self._width, (number + 1) * self._width)
            found.append(self._runs.line(values, offsets[part], scales[part]))
        return found
