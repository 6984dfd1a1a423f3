"""Tables made of a method's own example: as they are, and spoilt in every usual way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from analysis.statistics.methods import METHODS, Method
from analysis.statistics.methods.door import Cell, Door, Kind, Shape

Columns = Mapping[str, Sequence[Cell]]
WITHOUT_A_DOOR: Final = {
    "power": "reads no data: manage.py power",
    "power-watched": "reads no data: manage.py power --watch",
    "assurance": "reads no data: manage.py power --believed",
}


def doors() -> list[tuple[Method, Door]]:
    """Every method that can be asked."""
    return [(method, method.door) for method in METHODS.values() if isinstance(method.door, Door)]


def spoilt(shape: Shape) -> Iterator[tuple[str, Columns]]:
    """Empty, short, constant, missing, infinite, of one group, each in a group of its own."""
    columns = {name: list(cells) for name, cells in shape.example.columns.items()}
    names = named(shape)
    n = len(next(iter(columns.values())))
    alone: list[Cell] = [str(place) for place in range(n)]
    yield "empty", {name: [] for name in columns}
    yield "one row", {name: cells[:1] for name, cells in columns.items()}
    yield "two rows", {name: cells[:2] for name, cells in columns.items()}
    yield "constant", {name: cells[:1] * n for name, cells in columns.items()}
    yield "zeros", {name: cells if name in names else [0] * n for name, cells in columns.items()}
    yield "ones", {name: cells if name in names else [1] * n for name, cells in columns.items()}
    yield "one group", {name: cells[:1] * n if name in names else cells for name, cells in columns.items()}
    yield "all alone", {name: alone if name in names else cells for name, cells in columns.items()}
    yield "not a number", {name: [float("nan")] * n for name in columns}
    yield "infinite", {name: cells if name in names else [float("inf"), *cells[1:]] for name, cells in columns.items()}
    yield (
        "enormous",
        {name: cells if name in names else [1e300] + [-1e300] * (n - 1) for name, cells in columns.items()},
    )
    yield "tiny", {name: cells if name in names else [1e-300] + [0] * (n - 1) for name, cells in columns.items()}


def named(shape: Shape) -> set[str]:
    """Columns of the example that hold names."""
    kinds = {column.name: column.kind for column in shape.columns}
    return {
        name
        for role, names in shape.example.roles.items()
        if kinds[role] is Kind.NAME
        for name in ((names,) if isinstance(names, str) else names)
    }
