"""A table of cells, from CSV as programs and spreadsheets write it."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from analysis.statistics.methods.door import Cell
from analysis.toolbox.computing.problems import BadInput, Problem

SEPARATORS = ",;\t"
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-"})


@dataclass(frozen=True, slots=True)
class Table:
    """columns: by name, in their order, alike in length."""

    columns: Mapping[str, Sequence[Cell]]

    def __post_init__(self) -> None:
        lengths = {name: len(column) for name, column in self.columns.items()}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"“{name}” {n}" for name, n in lengths.items())
            raise BadInput([Problem(f"Columns differ in length: {told}.")])

    @property
    def n(self) -> int:
        """Rows."""
        return len(next(iter(self.columns.values()), ()))


def from_csv(text: str) -> Table:
    """Comma, semicolon or tab, whichever the first line has most of (as many: not the comma); with semicolons or tabs
    3,5 is three and a half.

    The first line names the columns, unless all of it is numbers: columns are then "column 1", "column 2" and so on.
    BadInput where a row has more cells than there are columns, or two columns have one name.

    >>> from_csv("menu,rating\\nplain,50\\nvivid,\\n").columns
    {'menu': ['plain', 'vivid'], 'rating': ['50', None]}
    >>> from_csv("1;2,5\\n3;4").columns
    {'column 1': ['1', '3'], 'column 2': ['2.5', '4']}
    """
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").lstrip("\r\n")
    head = text.partition("\n")[0]
    separator = max(SEPARATORS, key=lambda sign: (head.count(sign), sign in head and sign != ","))
    try:
        read = [[cell.strip() for cell in row] for row in csv.reader(StringIO(text, newline=""), delimiter=separator)]
    except csv.Error as error:
        raise BadInput([Problem(f"This is no CSV: {error}.")]) from error
    rows = [row for row in read if any(row)]
    if not rows:
        raise BadInput([Problem("There is no data: the first line names the columns, each other line is a row.")])
    if separator != ",":
        rows = [[_with_point(cell) for cell in row] for row in rows]
    has_names = not all(_is_number(cell) for cell in rows[0])
    names = rows[0] if has_names else [f"column {place}" for place in range(1, len(rows[0]) + 1)]
    return Table(_columns(names, rows[1:] if has_names else rows))


def to_csv(columns: Mapping[str, Sequence[Cell]]) -> str:
    """As `from_csv` reads it.

    >>> to_csv({"menu": ["plain"], "rating": [50.5]})
    'menu,rating\\nplain,50.5\\n'
    """
    rows = zip(*columns.values(), strict=True)
    told = [",".join(_quoted(name) for name in columns), *(",".join(map(_quoted, row)) for row in rows)]
    return "\n".join(told) + "\n"


def is_missing(cell: Cell) -> bool:
    """Whether nothing stands there: empty, NA, or no number at all (NaN)."""
    if isinstance(cell, str):
        return cell.strip().lower() in MISSING
    return cell is None or cell != cell  # only NaN differs from itself


def _columns(names: list[str], rows: list[list[str]]) -> dict[str, list[Cell]]:
    twice = {name for name in names if names.count(name) > 1}
    if twice or "" in names:
        said = f"Two columns are called “{sorted(twice)[0]}”." if twice and twice != {""} else "A column has no name."
        raise BadInput([Problem(said)])
    for place, row in enumerate(rows):
        if len(row) > len(names):
            raise BadInput([Problem(f"Row {place + 1} has {len(row)} cells, but there are {len(names)} columns.")])
    filled = [[*row, *[""] * (len(names) - len(row))] for row in rows]
    return {name: [row[place] or None for row in filled] for place, name in enumerate(names)}


def _with_point(cell: str) -> str:
    turned = cell.replace(",", ".")
    return turned if cell.count(",") == 1 and "." not in cell and _is_number(turned) else cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _quoted(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n') else text
