"""Whether each unit's value was settled when it began to count: what holds at every look rests on that.

Evidence is multiplied unit by unit, each with the value that it has. A unit that is measured again has another one at
the next look, so looks would be fresh draws: with the last of ever more values nearly independent ones, and in the
end a difference is found where there is none. Up to the first such value all is as promised; from then on it is not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from analysis.registered.document import ContrastKind, EstimandKind, Question
from analysis.results.asking.additive import kept_of
from analysis.results.asking.setting import Setting
from analysis.results.columns import Mask
from analysis.results.keeping.needs import changed_in, changed_within
from analysis.statistics.words import Estimate, Validity

AT_MANY_LOOKS: Final = (Validity.ANYTIME, Validity.ASYMPTOTIC, Validity.PLANNED)
CHANGED: Final = (
    "Units were measured again after they had begun to count, so each look sees other values: this holds for one look, "
    "when the experiment is over. What holds at every look asks for each unit's first value (aggregate “first”)."
)


def has_changed(question: Question, setting: Setting) -> bool:
    """Whether any unit's value may have been another one at an earlier look."""
    need = kept_of(question, setting)
    if need is not None and setting.sums is not None:
        return setting.sums.known(need, None).changed > 0
    return bool(_changed(question, setting).any())


def _changed(question: Question, setting: Setting) -> Mask:
    contrast = question.contrast
    if contrast.kind == ContrastKind.WITHIN:
        levels = (contrast.baseline, contrast.level)
        return changed_within(setting.columns, question.measure, str(contrast.factor), levels)
    is_ratio = question.estimand.kind == EstimandKind.RATIO
    per = str(question.estimand.per or "") if is_ratio else ""
    return changed_in(setting.columns, question.measure, "sum" if is_ratio else question.aggregate, per)


def as_promised(found: Estimate, question: Question, setting: Setting) -> Estimate:
    """The same; labelled as of one look where values changed between looks."""
    if found.validity not in AT_MANY_LOOKS or not has_changed(question, setting):
        return found
    return replace(found, validity=Validity.FIXED).remarked(CHANGED)
