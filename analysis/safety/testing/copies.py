"""Rows that are equal in every respect: the safety set must not hold copies of what the search has seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.safety.terms import Array, Rows, Samples
from analysis.safety.testing.splitting import Split

MIXER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Copies:
    """within: rows that equal an earlier one. across: safety rows that equal a candidate row; examples: some pairs."""

    rows: int
    within: int
    across: int
    examples: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        if not self.within:
            return f"No two of {self.rows:,} rows are equal."
        said = f"{self.within:,} of {self.rows:,} rows equal an earlier one"
        if not self.across:
            return f"{said}, none across the parts."
        seen, tested = self.examples[0]
        across = f"{self.across:,} of the safety set equal one of the candidate set"
        return f"{said}; {across}, as rows {tested + 1} and {seen + 1}."


def copies(samples: Samples, split: Split) -> Copies:
    """Compared in features, label and groups. Takes one pass over the rows, and a sort of one number for each."""
    table = _table(samples)
    marks = fingerprints(table)
    _, first, where = np.unique(marks, return_index=True, return_inverse=True)
    equal = (table == table[first[where]]).all(axis=1)
    tested = split.safety[np.isin(marks[split.safety], marks[split.candidate])]
    return Copies(
        rows=len(table),
        within=int(equal.sum()) - len(first),
        across=len(tested),
        examples=tuple(_pairs(marks, split.candidate, tested[:3])),
    )


def fingerprints(table: Array) -> NDArray[np.uint64]:
    """One number for each row, shape (n,); two different rows share one with probability about 2**-64."""
    words = np.ascontiguousarray(table + 0.0).view(np.uint64)  # -0.0 becomes 0.0
    marks = np.zeros(len(words), dtype=np.uint64)
    for column in words.T:
        marks = _mixed((marks ^ column) * MIXER)
    return marks


def _mixed(marks: NDArray[np.uint64]) -> NDArray[np.uint64]:
    found: NDArray[np.uint64] = marks ^ (marks >> np.uint64(29))
    return found


def _table(samples: Samples) -> Array:
    groups = [samples.groups[name].astype(np.float64) for name in sorted(samples.groups)]
    return np.column_stack([samples.features, samples.labels, *groups])


def _pairs(marks: NDArray[np.uint64], candidate: Rows, tested: Rows) -> list[tuple[int, int]]:
    return [(int(candidate[np.argmax(marks[candidate] == marks[row])]), int(row)) for row in tested]
