"""What stands beside an axis: as few digits as tell its marks apart. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def tick_labels(values: Sequence[float], digits: int = 4) -> list[str]:
    """One for each value; two different values never read alike.

    >>> tick_labels([0.1, 0.2]), tick_labels([0.691012, 0.691014])
    (['0.1', '0.2'], ['0.691012', '0.691014'])
    """
    for count in range(digits, 17):
        found = [f"{value:.{count}g}" for value in values]
        if len(set(found)) == len(set(values)):
            return found
    return [repr(value) for value in values]
