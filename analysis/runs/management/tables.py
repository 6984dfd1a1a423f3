"""Plain text tables of commands."""

from __future__ import annotations

from collections.abc import Sequence


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest entry; the first one to the left, the others to the right.

    >>> print(table([("setting", "mean"), ("a", "0.9")]))
    setting  mean
    a         0.9
    """
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(part.rjust(width) for part, width in others)]).rstrip()
