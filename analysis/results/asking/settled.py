"""Which units count in what holds at every look, each once, with its final value; and whether one changed after that.

Evidence is multiplied unit by unit, each with the value that it has. A unit that is measured again has another one at
the next look, so looks would be fresh draws: with the last of ever more values nearly independent ones, and in the
end a difference is found where there is none. So units count in the order in which they were given their arms, up to
the first one whose part is not over: that order was there before any value. Were they counted in the order in which
their parts end, an arm in which high values come sooner would be ahead for a while. Where nobody tells of ends, all is
as promised up to the first second value; from then on it is not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from analysis.registered.document import ContrastKind, EstimandKind, Question
from analysis.results.asking.additive import kept_of, waits_for_ends
from analysis.results.asking.setting import Setting
from analysis.results.asking.sides import named_cells
from analysis.results.columns import OPEN, Mask, value_of
from analysis.results.keeping.needs import changed_in, changed_within
from analysis.statistics.words import Estimate, Validity

AT_MANY_LOOKS: Final = (Validity.ANYTIME, Validity.ASYMPTOTIC, Validity.PLANNED)
CHANGED: Final = (
    "Units were measured again after they had begun to count, so each look sees other values: this holds for one look, "
    "when the experiment is over. What holds at every look asks for each unit's first value (aggregate “first”)."
)


def counted(question: Question, setting: Setting) -> Setting:
    """Without those whose part is not over, and who came after the first of them, where they must not count yet."""
    if not waits_for_ends(question, setting) or kept_of(question, setting) is not None:
        return setting
    is_open = setting.columns.column(OPEN) == 1
    if not is_open.any():
        return setting
    ranks = setting.ranks()
    is_before: Mask = ranks < ranks[is_open].min()
    n_open, n_behind = int(is_open.sum()), int((~is_before & ~is_open).sum())
    return replace(setting.where(is_before), awaited=(n_open, n_behind))


def awaiting(setting: Setting) -> str:
    """A sentence about who does not count yet; "" if everybody does.

    >>> from analysis.results.columns import Columns
    >>> awaiting(Setting(Columns.none(), {}, {}, awaited=(1, 2)))
    '1 person is still taking part and not counted yet, nor are 2 who came after: each counts once, with a final value.'
    """
    n_open, n_behind = setting.awaited
    if not n_open:
        return ""
    who = "1 person is still taking part and" if n_open == 1 else f"{n_open:,} people are still taking part and"
    also = "are " if n_open > 1 else ""
    behind = f", nor {'is 1' if n_behind == 1 else f'are {n_behind:,}'} who came after" if n_behind else ""
    return f"{who} {also}not counted yet{behind}: each counts once, with a final value."


def has_changed(question: Question, setting: Setting) -> bool:
    """Whether any unit's value may have been another one at an earlier look."""
    need = kept_of(question, setting)
    if need is not None and setting.sums is not None:
        return setting.sums.known(need, None).changed > 0
    return bool(changed_units(question, counted(question, setting)).any())


def changed_units(question: Question, setting: Setting) -> Mask:
    """Which units' values may have been others at an earlier look, shape (n,)."""
    contrast = question.contrast
    if contrast.kind == ContrastKind.WITHIN:
        levels = (contrast.baseline, contrast.level)
        return changed_within(setting.columns, question.measure, str(contrast.factor), levels)
    is_ratio = question.estimand.kind == EstimandKind.RATIO
    per = str(question.estimand.per or "") if is_ratio else ""
    return changed_in(setting.columns, question.measure, "sum" if is_ratio else question.aggregate, per)


def as_promised(found: Estimate, question: Question, setting: Setting) -> Estimate:
    """The same; labelled as of one look where values changed between looks. It says who does not count yet."""
    if setting.awaited[0]:
        found = found.remarked(awaiting(setting))
    return of_one_look(found) if found.validity in AT_MANY_LOOKS and has_changed(question, setting) else found


def of_one_look(found: Estimate) -> Estimate:
    """The same, of values that changed between looks."""
    return replace(found, validity=Validity.FIXED).remarked(CHANGED) if found.validity in AT_MANY_LOOKS else found


def cells_changed(setting: Setting, measure: str) -> bool:
    """Whether any unit has more values than cells, so that its mean may have been another one."""
    n_cells = np.zeros(len(setting.columns))
    for cell in named_cells(setting.columns, measure):
        n_cells += ~np.isnan(setting.columns.column(value_of(measure, cell=cell)))
    again = setting.columns.column(value_of(measure, "count")) > np.maximum(n_cells, 1)
    return bool(again.any())
