"""Shapes of answers, counts, events and shares."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.door import Column, Example, Kind, Shape
from analysis.statistics.methods.examples import below, evenly
from analysis.statistics.methods.settings import PAIR
from analysis.statistics.methods.shapes import GROUP, TWO_MENUS

ANSWER: Final = Column("answer", "Whether they did it", Kind.YES_NO)
COUNTS: Final = (
    Column("successes", "How many did it", Kind.COUNT),
    Column("units", "Of how many", Kind.COUNT),
)
_ORDERED: Final = below(evenly(40, 3), 0.3) + below(evenly(40, 3), 0.55)

ANSWERS: Final = Shape(
    "one column of answers",
    (ANSWER,),
    Example("Whether each guest ordered dessert.", {"ordered": _ORDERED[:40]}, {"answer": "ordered"}),
)
COUNTED: Final = Shape(
    "counts",
    COUNTS,
    Example("12 of 40 guests.", {"ordered": [12], "guests": [40]}, {"successes": "ordered", "units": "guests"}),
)
ANSWER_ARMS: Final = Shape(
    "answers of two groups",
    (ANSWER, GROUP),
    Example(
        "Whether each guest ordered dessert, by menu.",
        {"menu": TWO_MENUS, "ordered": _ORDERED},
        {"answer": "ordered", "group": "menu"},
    ),
    PAIR,
)
COUNTED_ARMS: Final = Shape(
    "counts of two groups, a row of each",
    (GROUP, *COUNTS),
    Example(
        "Guests who ordered dessert, by menu.",
        {"menu": ["plain", "vivid"], "ordered": [12, 22], "guests": [40, 41]},
        {"group": "menu", "successes": "ordered", "units": "guests"},
    ),
    PAIR,
)
COUNTED_GROUPS: Final = Shape("counts of two groups or more, a row of each", COUNTED_ARMS.columns, COUNTED_ARMS.example)
TABLE: Final = Shape(
    "a table of counts",
    (Column("counts", "Columns of the table; its rows are the rows", Kind.COUNT, is_several=True, least=2),),
    Example(
        "Dishes by menu: a row for each menu.",
        {"soup": [14, 22], "salad": [19, 9], "pasta": [12, 15]},
        {"counts": ("soup", "salad", "pasta")},
    ),
)
CROSSED: Final = Shape(
    "two names of each unit",
    (Column("row", "What makes the rows", Kind.NAME), Column("column", "What makes the columns", Kind.NAME)),
    Example(
        "Menu and dish of each guest.",
        {
            "menu": TWO_MENUS,
            "dish": [
                ("soup", "salad", "pasta")[int(3 * point)]
                for point in [*evenly(40, 3), *[each**2 for each in evenly(40, 5)]]
            ],
        },
        {"row": "menu", "column": "dish"},
    ),
)
SHARES: Final = Shape(
    "units and planned shares, a row of each group",
    (
        GROUP,
        Column("count", "How many units it has", Kind.COUNT),
        Column("weight", "Its planned share, in any unit", Kind.POSITIVE),
    ),
    Example(
        "Arms planned one to one.",
        {"arm": ["plain", "vivid"], "units": [412, 389], "share": [1, 1]},
        {"group": "arm", "count": "units", "weight": "share"},
    ),
)
CHANGES: Final = Shape(
    "two answers of each unit",
    (
        Column("first", "The answer in the first condition", Kind.YES_NO),
        Column("second", "The answer in the second", Kind.YES_NO),
    ),
    Example(
        "Dessert before and after the new menu.",
        {"before": below(evenly(36, 3), 0.3), "after": below(evenly(36, 2), 0.5)},
        {"first": "before", "second": "after"},
    ),
)
ANSWER_CONDITIONS: Final = Shape(
    "every unit's answer in every condition",
    (Column("answers", "One column for each condition", Kind.YES_NO, is_several=True, least=2),),
    Example(
        "Which menus each guest would order from.",
        {"plain": below(evenly(36, 2), 0.3), "vivid": below(evenly(36, 3), 0.5), "poetic": below(evenly(36, 5), 0.6)},
        {"answers": ("plain", "vivid", "poetic")},
    ),
)
_EVENTS: Final = (
    Column("events", "How many events", Kind.COUNT),
    Column("exposure", "In what they came: hours, pages, people", Kind.POSITIVE),
)
EVENTS: Final = Shape(
    "events and exposure",
    _EVENTS,
    Example(
        "Complaints and hours of service; rows are added up.",
        {"complaints": [2, 0, 3, 1], "hours": [8, 8, 9, 7.5]},
        {"events": "complaints", "exposure": "hours"},
    ),
)
EVENT_ARMS: Final = Shape(
    "events and exposure of two groups",
    (*_EVENTS, GROUP),
    Example(
        "Complaints and hours of service, by room.",
        {"room": ["loud", "quiet", "loud", "quiet"], "complaints": [9, 3, 7, 4], "hours": [40, 40, 38, 41.5]},
        {"events": "complaints", "exposure": "hours", "group": "room"},
    ),
    PAIR,
)
_CAME: Final = ["plain" if point < 0.5 else "vivid" for point in evenly(80, 3)]
LOST: Final = Shape(
    "units in the order in which they got their arms, and how long until a value",
    (
        GROUP,
        Column("age", "Seconds since it got its arm, never rising", Kind.POSITIVE),
        Column("wait", "Seconds until its first value; empty: none yet", Kind.POSITIVE, with_gaps=True),
    ),
    Example(
        "Who stayed until a rating: one guest a minute, all of them at least two hours ago.",
        {
            "arm": _CAME,
            "since": [12_000 - 60 * place for place in range(80)],
            "until": [None if point < 0.15 else round(200 + 900 * point) for point in evenly(80, 5)],
        },
        {"group": "arm", "age": "since", "wait": "until"},
    ),
)
EARLIER: Final = Shape(
    "earlier studies, a row of each",
    (*COUNTS, Column("discount", "How much of each earlier unit counts", Kind.SHARE)),
    Example(
        "Last year's guests at three tenths, those before at one.",
        {"ordered": [30, 18], "guests": [100, 80], "counts": [0.3, 0.1]},
        {"successes": "ordered", "units": "guests", "discount": "counts"},
    ),
)
