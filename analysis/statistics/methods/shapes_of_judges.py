"""Shapes of judgements, scales, and records to be looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from analysis.statistics.methods.door import Cell, Column, Example, Kind, Shape
from analysis.statistics.methods.examples import added, evenly, normal, rounded, steps
from analysis.statistics.methods.shapes import BEFORE, GROUP

_TASTE: Final = normal(30, 3, 1.1)
_FIRST, _SECOND, _THIRD = (steps(added(_TASTE, normal(30, 0, 0.6, base)), 1, 5) for base in (3, 5, 7))
_WORDS: Final = ("bland", "fair", "fine", "good", "great")

JUDGES: Final = Shape(
    "two judgements of each unit",
    (
        Column("first", "What the first judge said", Kind.NAME),
        Column("second", "What the second judge said", Kind.NAME),
    ),
    Example(
        "Two critics on thirty dishes, 1 to 5.", {"ann": _FIRST, "bob": _SECOND}, {"first": "ann", "second": "bob"}
    ),
)
_NAMED: Final = {
    name: [_WORDS[said - 1] for said in column] for name, column in (("ann", _FIRST), ("bob", _SECOND), ("cem", _THIRD))
}
NAMED: Final = Shape(
    "several judges' categories, a column of each judge",
    (Column("ratings", "What each judge said of the unit", Kind.NAME, is_several=True, least=2, with_gaps=True),),
    Example("Three critics on thirty dishes, in words.", _NAMED, {"ratings": ("ann", "bob", "cem")}),
)
_RATED: Final[Mapping[str, Sequence[Cell]]] = {
    "ann": _FIRST,
    "bob": [*_SECOND[:28], None, None],
    "cem": [None, *_THIRD[1:]],
}
RATED: Final = Shape(
    "several judges' numbers, a column of each judge",
    (Column("ratings", "What each judge said of the unit", is_several=True, least=2, with_gaps=True),),
    Example(
        "Three critics on thirty dishes, 1 to 5; some dishes were missed.", _RATED, {"ratings": ("ann", "bob", "cem")}
    ),
)
RATED_BY_ALL: Final = Shape(
    "every judge's number of every unit, a column of each judge",
    (Column("ratings", "What each judge said of the unit", is_several=True, least=2),),
    Example(
        "Three critics on thirty dishes, 1 to 5.",
        {"ann": _FIRST, "bob": _SECOND, "cem": _THIRD},
        {"ratings": ("ann", "bob", "cem")},
    ),
)
_MOOD: Final = normal(60, 4, 1.2)
ITEMS: Final = Shape(
    "items of a scale, a column of each item",
    (Column("items", "Answers to each item", is_several=True, least=2),),
    Example(
        "Four questions on how guests felt, 1 to 7.",
        {f"q{place}": steps(added(_MOOD, normal(60, 0, 1, base)), 1, 7) for place, base in enumerate((3, 5, 7, 11), 1)},
        {"items": ("q1", "q2", "q3", "q4")},
    ),
)
_CAME: Final = ["plain" if point < 0.5 else "vivid" for point in evenly(80, 7)]
BALANCE: Final = Shape(
    "what was known of each unit before, in the order in which units got their groups",
    (GROUP, Column("covariates", "What was known before", is_several=True, with_gaps=True)),
    Example(
        "Age and an earlier rating of each guest, by menu.",
        {"menu": _CAME, "age": rounded(normal(80, 40, 11, 5)), "before": BEFORE},
        {"group": "menu", "covariates": ("age", "before")},
    ),
)
RECORD: Final = Shape(
    "measures of each unit",
    (Column("measures", "Measures to be looked at", is_several=True, with_gaps=True),),
    Example(
        "Three measures of sixty guests; one guest's rating is far from all others.",
        {
            "rating": [*rounded(normal(59, 50, 9), 1), 900.0],
            "minutes": rounded(normal(60, 34, 8, 3), 1),
            "dishes": [1 + int(4 * point) for point in evenly(60, 5)],
        },
        {"measures": ("rating", "minutes", "dishes")},
    ),
)
