"""States and actions that are numbered, as places from 0."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.safety.terms import Array

MOST_PLACES = 1_000_000


def places_of(numbers: Array, first: int, count: int, what: str) -> NDArray[np.intp]:
    """The place of each, shape (n,). numbers: (n, 1). ValueError for one that is not whole, or beyond them."""
    places = _whole(numbers, first, what)
    if len(places) and (places.min() < 0 or places.max() >= count):
        wrong = int(places[(places < 0) | (places >= count)][0]) + first
        raise ValueError(f"There are {count} {what}, {first} to {first + count - 1}; {wrong} is none of them.")
    return places


def width_of(numbers: Array, first: int, what: str) -> int:
    """How many there must be at least. ValueError for one below the first, or too many to number."""
    places = _whole(numbers, first, what)
    if places.min() < 0:
        raise ValueError(f"The first of the {what} is said to be {first}, and {int(places.min()) + first} occurs.")
    if places.max() >= MOST_PLACES:
        raise ValueError(f"{what.capitalize()} up to {int(places.max()) + first} cannot be numbered: too many.")
    return int(places.max()) + 1


def _whole(numbers: Array, first: int, what: str) -> NDArray[np.intp]:
    if numbers.shape[1] != 1:
        raise ValueError(f"A policy over numbered {what} needs one number a step, not {numbers.shape[1]}.")
    column = numbers[:, 0]
    if (column != np.floor(column)).any():
        wrong = column[column != np.floor(column)][0]
        raise ValueError(f"A policy over numbered {what} needs whole numbers, not {wrong:g}.")
    found: NDArray[np.intp] = column.astype(np.intp) - first
    return found
