"""Which rows of numbers are equal: what was seen and done alike is worked out once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.safety.terms import Array

WIDEST = 1_000_000
"""Whole numbers within such a span are their own places; others are sorted."""
LARGEST_CODE = 2**62
TABLED = 8
"""Codes are looked up in a table if there are at most so many for each row."""
LOOKED_AT = 20_000
WORTH_SHARING = 0.5

Places = NDArray[np.intp]


def alike(rows: Array) -> tuple[Places, Places]:
    """A row of each kind, shape (c,), and the kind of every row, shape (n,). Hardly any alike: all are kinds.

    >>> first, of = alike(np.array([[2.0, 0.5], [1.0, 0.5], [2.0, 0.5], [1.0, 0.5], [2.0, 0.5], [2.0, 0.5]]))
    >>> first.tolist(), of.tolist()
    ([1, 0], [1, 0, 1, 0, 1, 1])
    """
    n = len(rows)
    some = rows[:LOOKED_AT]
    kinds = _kinds(some)
    if len(kinds[0]) > WORTH_SHARING * len(some):
        return np.arange(n), np.arange(n)
    return kinds if n <= LOOKED_AT else _kinds(rows)


def _kinds(rows: Array) -> tuple[Places, Places]:
    code, width = np.zeros(len(rows), dtype=np.int64), 1
    for column in rows.T:
        part, span = _coded(column)
        if width * span > LARGEST_CODE:
            _, code = np.unique(code, return_inverse=True)
            width = int(code.max()) + 1
        code, width = code * span + part, width * span
    if width <= TABLED * len(rows):
        return _looked_up(code, width)
    _, first, of = np.unique(code, return_index=True, return_inverse=True)
    return first.astype(np.intp), of.reshape(-1).astype(np.intp)


def _coded(column: Array) -> tuple[NDArray[np.int64], int]:
    """Numbers from 0 that are equal where the column is, and how many there may be."""
    low, high = float(column.min()), float(column.max())
    if high - low <= WIDEST:
        whole = (column - low).astype(np.int64)
        if np.array_equal(whole + low, column):
            return whole, int(high - low) + 1
    different, places = np.unique(column, return_inverse=True)
    return places.astype(np.int64), len(different)


def _looked_up(code: NDArray[np.int64], width: int) -> tuple[Places, Places]:
    first = np.full(width, -1, dtype=np.intp)
    first[code[::-1]] = np.arange(len(code) - 1, -1, -1)
    present = np.flatnonzero(first >= 0)
    place = np.empty(width, dtype=np.intp)
    place[present] = np.arange(len(present))
    return first[present], place[code]
