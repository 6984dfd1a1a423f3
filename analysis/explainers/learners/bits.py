"""Sets of rows as whole numbers: one bit a row, which makes counting them cheap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.explainers.learners.antecedents import Evidence, Flags


def bits_of(mask: Flags) -> int:
    """The rows of which it is true."""
    return int.from_bytes(np.packbits(mask).tobytes(), "big")


@dataclass(frozen=True, slots=True)
class Bits:
    """Evidence as sets of rows. doomed: rows that any list must get wrong, as others of which the very same antecedents
    hold are of another class.
    """

    everything: int
    holds: tuple[int, ...]
    classes: tuple[int, ...]
    doomed: int

    def counts(self, rows: int) -> list[int]:
        """How many of these are of each class."""
        return [(rows & each).bit_count() for each in self.classes]


def bits(evidence: Evidence) -> Bits:
    """The same evidence."""
    return Bits(
        everything=bits_of(np.ones(len(evidence), dtype=bool)),
        holds=tuple(bits_of(mask) for mask in evidence.holds),
        classes=tuple(bits_of(evidence.targets == each) for each in range(evidence.classes)),
        doomed=bits_of(_doomed(evidence)),
    )


def _doomed(evidence: Evidence) -> Flags:
    """Rows that are not of the commonest class among those that no antecedent tells apart from them."""
    group = np.zeros(len(evidence), dtype=np.intp)
    if len(evidence.antecedents):
        group = np.unique(evidence.holds.T, axis=0, return_inverse=True)[1].reshape(-1)
    counts = np.zeros((int(group.max()) + 1, evidence.classes))
    np.add.at(counts, (group, evidence.targets), 1)
    return np.asarray(counts.argmax(axis=1)[group] != evidence.targets)
