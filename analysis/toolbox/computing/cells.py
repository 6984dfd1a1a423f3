"""Cells read as what a column may hold. ValueError with a sentence says what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

from analysis.statistics.methods.door import Cell, Kind

YES = frozenset({"1", "1.0", "yes", "true", "y", "t"})
NO = frozenset({"0", "0.0", "no", "false", "n", "f"})


def number(cell: Cell) -> float:
    """Any finite number.

    >>> number(" 3.5 ")
    3.5
    """
    try:
        found = float("") if isinstance(cell, bool) or cell is None else float(cell)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"“{shown(cell)}” is no number.") from None
    if not isfinite(found):
        raise ValueError(f"“{shown(cell)}” is no finite number.")
    return found


def positive(cell: Cell) -> float:
    """0 or more."""
    found = number(cell)
    if found < 0:
        raise ValueError(f"{found:g} is below 0.")
    return found


def count(cell: Cell) -> float:
    """A whole number, 0 or more."""
    found = positive(cell)
    if found != int(found) or found > 1e15:
        raise ValueError(f"{found:g} is no count: a whole number is wanted.")
    return found


def share(cell: Cell) -> float:
    """From 0 to 1."""
    found = number(cell)
    if not 0 <= found <= 1:
        raise ValueError(f"{found:g} is not between 0 and 1.")
    return found


def chance(cell: Cell) -> float:
    """Of what happened: above 0, at most 1."""
    found = share(cell)
    if not found:
        raise ValueError("a choice that was made had a chance above 0.")
    return found


def yes_no(cell: Cell) -> float:
    """1 or 0.

    >>> yes_no("Yes"), yes_no(False)
    (1.0, 0.0)
    """
    text = str(cell).strip().lower()
    if text in YES or text in NO:
        return float(text in YES)
    raise ValueError(f"“{shown(cell)}” is neither 1 nor 0 (yes or no, true or false).")


def name(cell: Cell) -> str:
    """Any text; 3.0 is called 3, as in CSV.

    >>> name(3.0), name("plain")
    ('3', 'plain')
    """
    if not isinstance(cell, str | int | float):
        raise ValueError(f"“{shown(cell)}” is no name.")
    if isinstance(cell, float) and isfinite(cell) and cell == int(cell):
        return str(int(cell))
    return str(cell).strip()


READERS: dict[Kind, Callable[[Cell], float | str]] = {
    Kind.NUMBER: number,
    Kind.POSITIVE: positive,
    Kind.COUNT: count,
    Kind.SHARE: share,
    Kind.CHANCE: chance,
    Kind.YES_NO: yes_no,
    Kind.NAME: name,
}


def shown(cell: Cell) -> str:
    """At most forty signs of it."""
    text = str(cell)
    return text if len(text) <= 40 else f"{text[:39]}…"
