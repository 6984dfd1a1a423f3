"""Shapes of many questions, planned looks, and decisions of a bandit."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.door import Column, Example, Kind, Shape
from analysis.statistics.methods.examples import evenly, normal, rounded
from analysis.statistics.methods.settings import PAIR
from analysis.statistics.methods.shapes import GROUP

_NAME: Final = Column("question", "What was asked; left out: numbered", Kind.NAME, is_optional=True)
_P: Final = Column("p", "Its p-value; empty counts as 1: no answer", Kind.SHARE, with_gaps=True)
_ASKED: Final = ["taste", "price", "service", "music", "light", "wait"]
_FOUND: Final = [0.001, 0.012, 0.014, 0.03, 0.21, 0.6]

P_VALUES: Final = Shape(
    "p-values, a row of each question",
    (_P, _NAME),
    Example("Six questions of one study.", {"question": _ASKED, "p": _FOUND}, {"p": "p", "question": "question"}),
)
P_IN_ORDER: Final = Shape(
    "p-values in the order in which questions began",
    (_P, _NAME),
    Example(
        "Six questions, one after the other.", {"question": _ASKED, "p": _FOUND}, {"p": "p", "question": "question"}
    ),
)
E_VALUES: Final = Shape(
    "e-values, a row of each question",
    (Column("e", "Its e-value; empty counts as 1: no answer", Kind.POSITIVE, with_gaps=True), _NAME),
    Example(
        "Six questions of one study.",
        {"question": _ASKED, "e": [140, 35, 8, 2.5, 0.7, 0.1]},
        {"e": "e", "question": "question"},
    ),
)
GRAPH: Final = Shape(
    "p-values and a graph, a row of each question",
    (
        _P,
        Column("weight", "Its share of the level at first", Kind.SHARE),
        Column("arrows", "A column for each question, in order: what goes on to it", Kind.SHARE, is_several=True),
        _NAME,
    ),
    Example(
        "Two primary questions, whose level goes on to a secondary one each, then back.",
        {
            "question": ["taste", "price", "music", "light"],
            "p": [0.01, 0.04, 0.012, 0.2],
            "share": [0.5, 0.5, 0, 0],
            "to_taste": [0, 0, 0, 1],
            "to_price": [0, 0, 1, 0],
            "to_music": [1, 0, 0, 0],
            "to_light": [0, 1, 0, 0],
        },
        {
            "p": "p",
            "weight": "share",
            "arrows": ("to_taste", "to_price", "to_music", "to_light"),
            "question": "question",
        },
    ),
)
LOOKS: Final = Shape(
    "planned looks, a row of each",
    (
        Column("share", "Of the planned information, ascending up to 1", Kind.SHARE),
        Column("estimate", "The effect at that look; empty: not looked yet", with_gaps=True),
        Column("standard_error", "Its standard error then", Kind.POSITIVE, with_gaps=True),
    ),
    Example(
        "Four looks planned, two of them taken.",
        {"information": [0.25, 0.5, 0.75, 1.0], "effect": [6.1, 5.4, None, None], "se": [2.6, 1.8, None, None]},
        {"share": "information", "estimate": "effect", "standard_error": "se"},
    ),
)
_ARMS: Final = ["plain" if point < 0.45 else "vivid" for point in evenly(320, 3)]
_CHANCE: Final = [0.45 if arm == "plain" else 0.55 for arm in _ARMS]
_REWARD: Final = [
    round(min(max(value + (0.08 if arm == "vivid" else 0), 0), 1), 3)
    for arm, value in zip(_ARMS, normal(320, 0.5, 0.15, 5), strict=True)
]
_REWARDED: Final = Column("reward", "What came of it")
DECISIONS: Final = Shape(
    "decisions in their order, with the chance of each choice",
    (GROUP, _REWARDED, Column("chance", "The chance that this choice had", Kind.CHANCE)),
    Example(
        "A bandit between two menus: who got which, at which chance, and the reward.",
        {"menu": _ARMS, "chance": _CHANCE, "reward": _REWARD},
        {"group": "menu", "reward": "reward", "chance": "chance"},
    ),
    PAIR,
)
ALL_CHANCES: Final = Shape(
    "decisions in their order, with the chances of all arms",
    (
        GROUP,
        _REWARDED,
        Column("chances", "A column for each arm, named as the arm is", Kind.SHARE, is_several=True, least=2),
    ),
    Example(
        "The same, with both menus' chances.",
        {"menu": _ARMS, "plain": [0.45] * 320, "vivid": [0.55] * 320, "reward": _REWARD},
        {"group": "menu", "reward": "reward", "chances": ("plain", "vivid")},
    ),
    PAIR,
)
IN_ORDER: Final = Shape(
    "values in the order in which they came",
    (Column("value", "The measure, one value of each unit, in their order"),),
    Example(
        "Ratings between 0 and 100, as they came.", {"rating": rounded(normal(80, 55, 12), 1)}, {"value": "rating"}
    ),
)
