"""What is wrong with rows, whoever declared them: gaps, infinities, copies, people who come twice, orders."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from analysis.learning.components import Finding
from analysis.learning.data.samples import Array, Rows
from analysis.safety.loading.table import Table, is_number, is_text, missing
from analysis.safety.terms import Array as Reals
from analysis.safety.terms import Mask
from analysis.safety.testing.copies import fingerprints

MOST_STRAYS = 0.1
"""Up to this share of texts among numbers is taken for a slip; beyond it, for a column of categories."""

UNLIKELY = 1e-6
"""How improbable a difference between two halves of a file must be by chance before the file is called ordered."""


def gaps(table: Table, names: list[str]) -> Iterator[Finding]:
    """Values that are missing or not finite in these columns, with the first row of each."""
    for name in names:
        column = table.columns[name]
        gone = missing(column)
        if gone.any():
            hint = "Fill them, leave the column out, or write missing: drop (what is learnt then holds for the rest)."
            yield ("data",), f"The column “{name}” has no value in {_rows(gone)}.", hint
        elif not is_text(column) and column.dtype.kind == "f" and not np.isfinite(column).all():
            yield ("data",), f"The column “{name}” is infinite in {_rows(~np.isfinite(column))}.", "Mend these rows."


def strays(table: Table, names: list[str]) -> Iterator[Finding]:
    """Columns of numbers with a few texts among them: each number would be taken for a category of its own."""
    for name in names:
        column = table.columns[name]
        if not is_text(column):
            continue
        other = np.array([value is not None and not is_number(value) for value in column], dtype=bool)
        if 0 < other.sum() <= MOST_STRAYS * len(column):
            said = f"The column “{name}” holds numbers, but “{column[other][0]:.40}” in {_rows(other)}."
            hint = "Mend these rows (an empty field is a missing value). Codes, not numbers? Begin each with a letter."
            yield ("data",), said, hint


def _rows(which: Mask) -> str:
    places = np.flatnonzero(which)
    first = f"row {places[0] + 1}"
    return first if len(places) == 1 else f"{len(places)} rows, first in {first}"


def copies(table: Table, names: list[str]) -> tuple[Mask, int]:
    """Rows that equal an earlier one in all these columns, shape (n,); and how often the most frequent one occurs.

    One sort of one number for each row, whatever the number of columns; what shares a number is compared in full.
    """
    numbers = np.column_stack([_numbers(table.columns[name]) for name in names])
    _, first, where, counts = np.unique(
        fingerprints(numbers), return_index=True, return_inverse=True, return_counts=True
    )
    suspects = np.flatnonzero(first[where] != np.arange(len(numbers)))
    equal = (numbers[suspects] == numbers[first[where[suspects]]]).all(axis=1)
    again = np.zeros(len(numbers), dtype=bool)
    again[suspects[equal]] = True
    return again, int(counts.max(initial=0))


def _numbers(column: Array) -> Reals:
    """Texts by their place among those of the column."""
    if not is_text(column):
        return column.astype(np.float64)
    return np.unique(column.astype(str), return_inverse=True)[1].astype(np.float64)


def duplicate_faults(table: Table, names: list[str]) -> Iterator[Finding]:
    """A copy in the candidate set and in the safety set would be seen by both: the test would not be fresh."""
    again, most = copies(table, names)
    if again.any():
        count = int(again.sum())
        equal = "1 row equals" if count == 1 else f"{count} of {len(table)} rows equal"
        first = int(np.flatnonzero(again)[0]) + 1
        said = f"{equal} an earlier one in every column, first row {first}; one comes {most} times."
        hint = "Copies? Write duplicates: drop. Different people who look alike? Write duplicates: allow."
        yield ("duplicates",), said, hint


def unit_faults(column: Array, name: str) -> Iterator[Finding]:
    """Rows of one person are not independent: every bound would promise too much."""
    values, counts = np.unique(column.astype(str) if is_text(column) else column, return_counts=True)
    if (counts > 1).any():
        place = int(np.argmax(counts))
        said = (
            f"{int((counts > 1).sum())} values of “{name}” have more than one row: {values[place]} has {counts[place]}."
        )
        yield ("unit",), said, "The bounds need independent rows: keep one of each."


def order_faults(labels: Reals, groups: Mapping[str, Mask], candidate: Rows, safety: Rows) -> Iterator[Finding]:
    """An ordered split of a file that is sorted by label or group makes two sets of different people.

    A z test for each share or mean; only what chance hardly ever does is refused.
    """
    compared = {"label": labels, **{f"group {name}": rows.astype(np.float64) for name, rows in groups.items()}}
    for name, values in compared.items():
        first, rest = values[candidate], values[safety]
        if len(first) < 2 or len(rest) < 2:
            continue
        spread = math.sqrt(values.var() * (1 / len(first) + 1 / len(rest)))
        apart = abs(first.mean() - rest.mean())
        if apart > 0 and math.erfc(apart / max(spread, 1e-300) / math.sqrt(2)) < UNLIKELY / len(compared):
            said = (
                f"The file is in order of its {name}: {first.mean():.3g} before the cut and {rest.mean():.3g} after it."
            )
            yield ("safety", "split"), said, "Write split: stratified."


def part_faults(groups: Mapping[str, Mask], candidate: Rows, safety: Rows, *, least: int) -> Iterator[Finding]:
    """A group that has too few rows in either part: in one nothing is foreseen, in the other nothing is shown."""
    for name, members in groups.items():
        seen, tested = int(members[candidate].sum()), int(members[safety].sum())
        if min(seen, tested) < least:
            said = f"Of the group {name}, {seen} rows are left to search with and {tested} to test on."
            yield ("groups", name), said, f"Either part needs {least}: collect more, or change safety.fraction."


def says_the_same(outputs: Reals) -> bool:
    """Whether a model answers every row alike: no spread, so nothing to test. outputs: (m,) or (m, classes)."""
    return len(outputs) > 0 and bool(np.all(outputs == outputs[0]))
