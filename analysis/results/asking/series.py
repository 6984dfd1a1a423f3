"""How an answer came about: the same question asked of the first n units, for growing n."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from analysis.registered.document import Question
from analysis.results.asking.answering import answer, way_of
from analysis.results.asking.asked import Asked, Prepared
from analysis.results.asking.contrasts import contrasted
from analysis.results.asking.setting import Setting
from analysis.results.asking.settled import changed_units, counted, of_one_look
from analysis.results.asking.sides import Side, evidence_of
from analysis.results.asking.ways.anytime import anytime
from analysis.results.columns import AT
from analysis.statistics.words import Estimate, NoAnswer

if TYPE_CHECKING:
    from analysis.statistics.sequential.comparing import Arm as Evidence

MOST_POINTS: Final = 48
Ranks = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Point:
    """After the first n units that were given an arm. at: when the last of them was, in seconds since 1970.

    estimate: with what its interval promises.
    """

    n: int
    at: float
    estimate: Estimate | None


def series(question: Question, setting: Setting, *, level: float, most: int = MOST_POINTS) -> list[Point]:
    """The answer after ever more units, in the order in which they were given their arms. [] where there is none.

    Each point is what `answer` would have said then, of units as they are measured today.
    """
    setting = counted(question, setting)
    try:
        whole = contrasted(question, setting)
        is_plain = whole.is_pair and way_of(question, setting) is anytime
    except NoAnswer:
        return []
    ranks, times = setting.ranks(), np.sort(setting.columns.column(AT))
    cuts = cuts_of(len(setting.columns), most)
    asked = Asked(question, setting, whole, level)
    found = _compared(asked, ranks, cuts) if is_plain else [_at(asked, ranks, cut) for cut in cuts]
    return [Point(cut, float(times[cut - 1]), one) for cut, one in zip(cuts, found, strict=True)]


def cuts_of(n: int, most: int) -> list[int]:
    """At how many units to look: closely at first, then evenly, and at the end.

    >>> cuts_of(10, 48)
    [2, 3, 4, 5, 6, 7, 8, 9, 10]
    """
    if n < 2:
        return [n] if n else []
    early = np.geomspace(2, n, most // 3)
    evenly = np.linspace(2, n, most - most // 3)
    return sorted({round(each) for each in (*early, *evenly)})


def _compared(asked: Asked, ranks: Ranks, cuts: Sequence[int]) -> list[Estimate | None]:
    """Evidence grows part by part: one pass over the values, however many points."""
    from analysis.statistics.sequential.comparing import compare

    grown = [_growing(each, asked, ranks, cuts) for each in asked.contrast.sides]
    settled = _settled_up_to(asked, ranks)
    found: list[Estimate | None] = []
    for cut, control, treatment in zip(cuts, *grown, strict=True):
        try:
            one = compare(control, treatment, level=asked.level, relative=asked.is_relative)
            found.append(one if cut <= settled else of_one_look(one))
        except NoAnswer:
            found.append(None)
    return found


def _settled_up_to(asked: Asked, ranks: Ranks) -> int:
    """How many units came before the first whose value may have been another one at an earlier look."""
    return int(ranks[changed_units(asked.question, asked.setting)].min(initial=len(ranks)))


def _growing(side: Side, asked: Asked, ranks: Ranks, cuts: Sequence[int]) -> list[Evidence]:
    own = ranks[side.places]
    order = np.argsort(own)
    ends = (asked.contrast.low, asked.contrast.high)
    values, start, found = side.values[order], 0, []
    total = evidence_of(values[:0], ends)
    for end in np.searchsorted(own[order], cuts).tolist():
        if end > start:
            total = total + evidence_of(values[start:end], ends)  # type: ignore[operator]  # both of one kind: they share their ends
        start = end
        found.append(total)
    return found


def _at(asked: Asked, ranks: Ranks, cut: int) -> Estimate | None:
    """By the question's own way, of those who came first and nobody else."""
    return answer(Prepared.of(asked.question, asked.setting.where(ranks < cut)), level=asked.level).estimate
