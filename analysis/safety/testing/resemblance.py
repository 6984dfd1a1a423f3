"""Whether two data sets have rows in common, however each was saved: uses of a safety set are counted by that.

Order of columns, format, compression, line ends and file names change nothing; nor does the order of rows. Numbers that
two data sets share say so: of the whole table, of the label as it stands row by row (which dropping or renaming other
columns leaves alone), and of the 64 rows with the least marks (Broder, 1997), which rows that were added or left out
leave mostly alone. What different people might well have in common makes no number: fresh rows must count as fresh.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import inf, log2
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from analysis.safety.terms import Array

Marks: TypeAlias = NDArray[np.uint64]
SKETCH: Final = 64
ENOUGH: Final = 8
"""Of these 64, so many in common are no chance: about an eighth of all rows."""
CHANGES: Final = 40
"""A label that changes so often from row to row, or has so many values, is no other data set's by chance."""
SPARE: Final = 10.0
"""Bits beyond those that tell n rows apart twice over, before one row can stand for one person."""


@dataclass(frozen=True, slots=True)
class Resemblance:
    """exact: with one of these in common all rows are; sketch: with `ENOUGH` of these, some. Numbers of 63 bits."""

    exact: tuple[int, ...] = ()
    sketch: tuple[int, ...] = ()

    @classmethod
    def of(cls, columns: Mapping[str, Array], labels: Array | None = None) -> Resemblance:
        """columns: each (n,), numbers or texts. labels: (n,), classes as any numbers, or what is to be predicted."""
        marks = row_marks(columns)
        answers = [] if labels is None else _label_mark(labels)
        return cls((*cls.whole(marks).exact, *answers), _sketch(marks) if _tell(columns) else ())

    @classmethod
    def of_marks(cls, marks: Marks) -> Resemblance:
        """Of rows that have names of their own everywhere in this installation."""
        return cls(cls.whole(marks).exact, _sketch(marks))

    @classmethod
    def whole(cls, marks: Marks) -> Resemblance:
        """Of rows that different people may well share: only all of them together tell."""
        return cls((_digest(b"rows", np.sort(marks).tobytes()),))

    def meets(self, other: Resemblance) -> bool:
        """Whether there are rows in both.

        >>> one = Resemblance((1, 2), tuple(range(64)))
        >>> one.meets(Resemblance((2,))), one.meets(Resemblance((3,), tuple(range(57, 121))))
        (True, False)
        """
        return bool({*self.exact} & {*other.exact}) or len({*self.sketch} & {*other.sketch}) >= ENOUGH

    def __or__(self, other: Resemblance) -> Resemblance:
        """Of both data sets together: what meets one of them meets it."""
        return Resemblance(self.exact + other.exact, self.sketch + other.sketch)


def row_marks(columns: Mapping[str, Array]) -> Marks:
    """One number for each row, shape (n,), the same whatever the order of the columns; equal rows have the same."""
    total: Marks = np.zeros(len(next(iter(columns.values()), ())), dtype=np.uint64)
    for name, column in columns.items():
        total += mixed(_words(column) ^ np.uint64(_number(name.encode())))
    return mixed(total)


def mixed(words: Marks) -> Marks:
    """Every bit of a word on every bit of the result (the finaliser of SplitMix64; Steele et al., 2014)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: Marks = words ^ (words >> np.uint64(31))
    return found


def _words(column: Array) -> Marks:
    if column.dtype != object:
        numbers = np.ascontiguousarray(column, dtype=np.float64) + 0.0  # -0.0 becomes 0.0
        return np.where(np.isnan(numbers), np.nan, numbers).view(np.uint64)
    texts, of = np.unique(["\0" if value is None else f"={value}" for value in column], return_inverse=True)
    return np.array([_number(text.encode()) for text in texts.tolist()], dtype=np.uint64)[of.reshape(-1)]


def _number(content: bytes) -> int:
    return int.from_bytes(sha256(content).digest()[:8], "little")


def _digest(*parts: bytes) -> int:
    """63 bits, as a database keeps whole numbers."""
    return _number(b"\0".join(parts)) >> 1


def _sketch(marks: Marks) -> tuple[int, ...]:
    least = np.unique(marks)[:SKETCH] >> np.uint64(1)
    return tuple(int(mark) for mark in least)


def _label_mark(labels: Array) -> Iterable[int]:
    """Of many numbers whatever their order. Of classes, whatever they are called, in the order of the rows."""
    among, first, of = np.unique(_words(labels), return_index=True, return_inverse=True)
    if len(among) >= CHANGES:
        return [_digest(b"numbers", np.sort(_words(labels)).tobytes())]
    classes = np.argsort(np.argsort(first))[of.reshape(-1)]  # numbered as they first occur
    if np.count_nonzero(np.diff(classes)) >= CHANGES:
        return [_digest(b"classes", classes.astype("<i8").tobytes())]
    return []


def _tell(columns: Mapping[str, Array]) -> bool:
    """Whether rows have so much in them that two people seldom share all of it."""
    n = len(next(iter(columns.values()), ()))
    wanted = 2 * log2(n) + SPARE if n else inf
    for column in columns.values():
        if wanted <= 0:  # a few columns of numbers are enough: the rest need not be sorted
            break
        wanted -= log2(len(np.unique(_words(column))))
    return wanted <= 0
