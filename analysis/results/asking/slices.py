"""The same question in each group of units that an attribute makes: exploring, never a claim."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.registered.document import Question
from analysis.results.asking.answering import answer
from analysis.results.asking.asked import Prepared, Said
from analysis.results.asking.setting import Setting
from analysis.results.columns import attribute_of

MOST_GROUPS: Final = 20


@dataclass(frozen=True, slots=True)
class Slice:
    """Units with one value of an attribute. said: at a level that all slices of it share, so all hold together."""

    attribute: str
    value: str
    n: int
    said: Said


def slices(question: Question, setting: Setting, attribute: str, *, level: float) -> list[Slice]:
    """The largest groups first. Numbers are cut at their quartiles. [] for an attribute that nobody has."""
    values = _values(setting, attribute)
    groups = [name for name, _ in Counter(each for each in values if each is not None).most_common(MOST_GROUPS)]
    known = np.array([each or "" for each in values], dtype=object)
    return [
        Slice(attribute, name, int((known == name).sum()), _said(question, setting, known == name, level / len(groups)))
        for name in groups
    ]


def _said(question: Question, setting: Setting, mask: np.ndarray[tuple[int], np.dtype[np.bool_]], level: float) -> Said:
    return answer(Prepared.of(question, setting.where(mask)), level=level)


def _values(setting: Setting, attribute: str) -> list[str | None]:
    columns = setting.columns
    if attribute_of(attribute) not in columns.names:
        return list(columns.text(attribute))
    numbers = columns.column(attribute_of(attribute))
    known = numbers[~np.isnan(numbers)]
    if len(np.unique(known)) <= 6:
        return [None if np.isnan(each) else f"{each:g}" for each in numbers]
    cuts = np.unique(np.quantile(known, [0.25, 0.5, 0.75]))
    return [None if np.isnan(each) else _between(cuts.tolist(), each) for each in numbers]


def _between(cuts: list[float], number: float) -> str:
    place = int(np.searchsorted(cuts, number, side="right"))
    if place == 0:
        return f"below {cuts[0]:g}"
    return f"{cuts[-1]:g} or more" if place == len(cuts) else f"{cuts[place - 1]:g} to {cuts[place]:g}"
