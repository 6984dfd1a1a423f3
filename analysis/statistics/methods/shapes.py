"""Shapes of data that methods read, each with an invented example: values, arms, pairs, ranks, durations, models.

Those of counts, judges, decisions and many questions: `shapes_of_counts`, `shapes_of_judges`, `shapes_of_questions`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from analysis.statistics.methods.door import Cell, Column, Example, Kind, Shape
from analysis.statistics.methods.examples import added, below, evenly, normal, rounded
from analysis.statistics.methods.settings import CONTROL, PAIR

HALF: Final = 40
TWO_MENUS: Final = ["plain"] * HALF + ["vivid"] * HALF
BEFORE: Final = rounded(normal(2 * HALF, 50, 9, 3), 1)
NOISE: Final = normal(2 * HALF, 0, 8)
RATINGS: Final = rounded(added(BEFORE, NOISE, [0.0] * HALF + [6.0] * HALF), 1)
CITIES: Final = [("Lisbon", "Oslo")[place % 2] for place in range(2 * HALF)]
TABLES: Final = [f"table {place // 4 + 1}" for place in range(2 * HALF)]

VALUE: Final = Column("value", "The measure, one value of each unit")
GROUP: Final = Column("group", "Who got what: the arm or group of each row", Kind.NAME)

VALUES: Final = Shape(
    "one column of values",
    (VALUE,),
    Example("Ratings of a menu, 0 to 100, one of each guest.", {"rating": RATINGS[:HALF]}, {"value": "rating"}),
)
SUMMARY: Final = Shape(
    "one group in sums",
    (
        Column("mean", "Its mean"),
        Column("sd", "Its standard deviation (over n - 1)", Kind.POSITIVE),
        Column("n", "How many", Kind.COUNT),
    ),
    Example(
        "A mean as a paper prints it.",
        {"mean": [52.4], "sd": [11.2], "n": [40]},
        {"mean": "mean", "sd": "sd", "n": "n"},
    ),
)
_RATED: Final = Example(
    "Ratings of two menus, one of each guest.",
    {"menu": TWO_MENUS, "rating": RATINGS},
    {"value": "rating", "group": "menu"},
)
ARMS: Final = Shape("values of two groups", (VALUE, GROUP), _RATED, PAIR)
GROUPS: Final = Shape(
    "values of two groups or more",
    (VALUE, GROUP),
    Example(
        "Ratings of three menus, one of each guest.",
        {
            "menu": [("plain", "vivid", "poetic")[place % 3] for place in range(60)],
            "rating": rounded(added(normal(60, 50, 8), [(0.0, 5.0, 8.0)[place % 3] for place in range(60)]), 1),
        },
        {"value": "rating", "group": "menu"},
    ),
)
GROUPS_AND_CONTROL: Final = Shape("values of a control and other groups", GROUPS.columns, GROUPS.example, (CONTROL,))
_IN_SUMS: Final = Example(
    "Two groups as a paper prints them.",
    {"menu": ["plain", "vivid"], "mean": [50.1, 56.3], "sd": [11.9, 12.4], "n": [40, 41]},
    {"group": "menu", "mean": "mean", "sd": "sd", "n": "n"},
)
ARMS_IN_SUMS: Final = Shape("two groups in sums, a row of each", (GROUP, *SUMMARY.columns), _IN_SUMS, PAIR)
GROUPS_IN_SUMS: Final = Shape("groups in sums, a row of each", (GROUP, *SUMMARY.columns), _IN_SUMS)
GROUPS_IN_SUMS_AND_CONTROL: Final = Shape(
    "a control and other groups in sums", GROUPS_IN_SUMS.columns, _IN_SUMS, (CONTROL,)
)
PAIRS: Final = Shape(
    "two values of each unit",
    (Column("first", "The value in the first condition"), Column("second", "The value in the second condition")),
    Example(
        "Guests who rated both menus.",
        {"plain": BEFORE[:24], "vivid": rounded(added(BEFORE[:24], normal(24, 4, 6)), 1)},
        {"first": "plain", "second": "vivid"},
    ),
)
MEASURES: Final = Shape(
    "two measures of each unit",
    (Column("first", "One measure"), Column("second", "The other measure")),
    Example(
        "Age and rating of each guest.",
        {
            "age": rounded(normal(30, 40, 11, 3)),
            "rating": rounded(added(normal(30, 20, 8), [0.7 * a for a in normal(30, 40, 11, 3)])),
        },
        {"first": "age", "second": "rating"},
    ),
)
_PARTS: Final = (
    Column("numerator", "What is summed above the line"),
    Column("denominator", "What is summed below the line"),
)
_DISHES: Final = [1 + place % 4 for place in range(2 * HALF)]
_SPENT: Final = rounded(
    [
        dishes * euros
        for dishes, euros in zip(_DISHES, added(normal(2 * HALF, 9, 2), [0.0] * HALF + [1.5] * HALF), strict=True)
    ],
    2,
)
RATIO: Final = Shape(
    "two parts of a ratio, of each unit",
    _PARTS,
    Example(
        "Euros and dishes of each guest: euros for a dish.",
        {"euros": _SPENT[:HALF], "dishes": _DISHES[:HALF]},
        {"numerator": "euros", "denominator": "dishes"},
    ),
)
RATIO_ARMS: Final = Shape(
    "two parts of a ratio, of each unit of two groups",
    (*_PARTS, GROUP),
    Example(
        "Euros and dishes of each guest, by menu.",
        {"menu": TWO_MENUS, "euros": _SPENT, "dishes": _DISHES},
        {"numerator": "euros", "denominator": "dishes", "group": "menu"},
    ),
    PAIR,
)
_CLUSTER: Final = Column("cluster", "What rows come in: the unit, class or site", Kind.NAME)
CLUSTERED_VALUES: Final = Shape(
    "several values of each unit",
    (VALUE, _CLUSTER),
    Example(
        "Ratings of guests who sat together.",
        {"table": TABLES, "rating": RATINGS},
        {"value": "rating", "cluster": "table"},
    ),
)
CLUSTERED_ARMS: Final = Shape(
    "values of two groups, in clusters",
    (VALUE, GROUP, _CLUSTER),
    Example(
        "Ratings of guests who sat together: the menu went to whole tables.",
        {"menu": TWO_MENUS, "table": TABLES, "rating": RATINGS},
        {"value": "rating", "group": "menu", "cluster": "table"},
    ),
    PAIR,
)
STRATA: Final = Shape(
    "values of two groups, in strata",
    (VALUE, GROUP, Column("stratum", "Within what they are compared", Kind.NAME)),
    Example(
        "Ratings of two menus in two cities.",
        {"menu": TWO_MENUS, "city": CITIES, "rating": RATINGS},
        {"value": "rating", "group": "menu", "stratum": "city"},
    ),
    PAIR,
)
_COVARIATES: Final = Column("covariates", "What was known before the assignment", is_several=True)
_KNOWN: Final[Mapping[str, Sequence[Cell]]] = {"menu": TWO_MENUS, "before": BEFORE, "rating": RATINGS}
COVARIATES: Final = Shape(
    "values of two groups, with covariates",
    (VALUE, GROUP, _COVARIATES),
    Example(
        "Ratings of two menus, with an earlier rating of each guest.",
        _KNOWN,
        {"value": "rating", "group": "menu", "covariates": ("before",)},
    ),
    PAIR,
)
CLUSTERED_COVARIATES: Final = Shape(
    "values of two groups, with covariates, in clusters",
    (VALUE, GROUP, _COVARIATES, _CLUSTER),
    Example(
        "The same of guests who sat together.",
        {**_KNOWN, "table": TABLES},
        {"value": "rating", "group": "menu", "covariates": ("before",), "cluster": "table"},
    ),
    PAIR,
)
FACTORS: Final = Shape(
    "values by several factors",
    (VALUE, Column("factors", "What was varied", Kind.NAME, is_several=True)),
    Example(
        "Ratings by menu and city.",
        {"menu": TWO_MENUS, "city": CITIES, "rating": RATINGS},
        {"value": "rating", "factors": ("menu", "city")},
    ),
)
_IN_ALL: Final[Mapping[str, Sequence[Cell]]] = {
    "plain": BEFORE[:24],
    "vivid": rounded(added(BEFORE[:24], normal(24, 4, 6)), 1),
    "poetic": rounded(added(BEFORE[:24], normal(24, 6, 7, 5)), 1),
}
_CONDITIONS: Final = Column("conditions", "One column for each condition, in their order", is_several=True, least=2)
CONDITIONS: Final = Shape(
    "every unit in every condition",
    (_CONDITIONS,),
    Example("Guests who rated all three menus.", _IN_ALL, {"conditions": ("plain", "vivid", "poetic")}),
)
GROUPED_CONDITIONS: Final = Shape(
    "every unit in every condition, in groups",
    (_CONDITIONS, GROUP),
    Example(
        "The same, by city.",
        {"city": CITIES[:24], **_IN_ALL},
        {"conditions": ("plain", "vivid", "poetic"), "group": "city"},
    ),
)
_EFFECTS: Final = Column("effects", "What it may depend on: numbers, factors as 0 and 1", is_several=True)
_VIVID: Final = [place % 2 for place in range(96)]
MIXED: Final = Shape(
    "several measurements of each unit",
    (VALUE, _EFFECTS, Column("unit", "Who was measured", Kind.NAME)),
    Example(
        "Three ratings of each menu by 16 guests.",
        {
            "guest": [f"guest {place // 6 + 1}" for place in range(96)],
            "vivid": _VIVID,
            "rating": rounded(
                added(
                    normal(96, 50, 5),
                    [4.0 * v for v in _VIVID],
                    [each for each in normal(16, 0, 6, 3) for _ in range(6)],
                ),
                1,
            ),
        },
        {"value": "rating", "effects": ("vivid",), "unit": "guest"},
    ),
)
LOGISTIC: Final = Shape(
    "answers, and what they may depend on",
    (Column("answer", "What came out", Kind.YES_NO), _EFFECTS),
    Example(
        "Who ordered, by age and menu.",
        {
            "vivid": [place % 2 for place in range(60)],
            "age": rounded(normal(60, 40, 11, 3)),
            "ordered": [int(point < 0.3 + 0.25 * (place % 2)) for place, point in enumerate(evenly(60, 5))],
        },
        {"answer": "ordered", "effects": ("vivid", "age")},
    ),
)
_DURATION: Final = (
    Column("duration", "How long until the event, or until nobody looked any more", Kind.POSITIVE),
    Column("seen", "Whether the event came (else it was cut short); left out: all came", Kind.YES_NO, is_optional=True),
)
_MINUTES: Final = rounded([2 + abs(each) for each in added(normal(50, 14, 7), [0.0, 5.0] * 25)], 1)
DURATIONS: Final = Shape(
    "durations of one group",
    _DURATION,
    Example(
        "Minutes until guests left; some were still there at the end.",
        {"minutes": _MINUTES, "left": below(evenly(50, 3), 0.8)},
        {"duration": "minutes", "seen": "left"},
    ),
)
_TWO_ROOMS: Final = Example(
    "Minutes until guests left, by room.",
    {"room": ["loud", "quiet"] * 25, "minutes": _MINUTES, "left": below(evenly(50, 3), 0.8)},
    {"duration": "minutes", "seen": "left", "group": "room"},
)
DURATION_ARMS: Final = Shape("durations of two groups", (*_DURATION, GROUP), _TWO_ROOMS, PAIR)
DURATION_GROUPS: Final = Shape("durations of two groups or more", (*_DURATION, GROUP), _TWO_ROOMS)
ESTIMATE: Final = Shape(
    "an estimate with its standard error",
    (
        Column("estimate", "The estimate of the difference"),
        Column("standard_error", "Its standard error", Kind.POSITIVE),
        Column("degrees", "Degrees of freedom of Student's t; left out: normal", Kind.POSITIVE, is_optional=True),
    ),
    Example(
        "A difference as a paper prints it.",
        {"difference": [4.2], "se": [1.9]},
        {"estimate": "difference", "standard_error": "se"},
    ),
)
F_TEST: Final = Shape(
    "an F test",
    (
        Column("f", "The F statistic", Kind.POSITIVE),
        Column("df_effect", "Degrees of freedom of the effect", Kind.POSITIVE),
        Column("df_error", "Degrees of freedom of the error", Kind.POSITIVE),
    ),
    Example(
        "F(2, 57) = 4.1, as a paper prints it.",
        {"F": [4.1], "df1": [2], "df2": [57]},
        {"f": "F", "df_effect": "df1", "df_error": "df2"},
    ),
)
