"""Does an effect wear off? The first half of the units against the second, each time their number has doubled."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import Final

import numpy as np

from analysis.registered.document import Plan, Question, Role
from analysis.results.asking.contrasts import contrasted
from analysis.results.asking.setting import Setting
from analysis.results.columns import AT, Array
from analysis.statistics.trust import anomalies
from analysis.statistics.trust.findings import Finding
from analysis.statistics.trust.independence import Places
from analysis.statistics.words import NoAnswer

FIRST: Final = 128


def novelty(plan: Plan, setting: Setting, *, waits: Array) -> Iterator[Finding]:
    """One finding at most for each primary question. Who was measured first counts first, so that what a look saw stays
    as it was. waits: seconds from the arm to the first value, shape (n,).
    """
    measured = setting.columns.column(AT) + waits
    order = np.argsort(measured, kind="stable")[: int(np.isfinite(measured).sum())]
    questions = plan.of_role(Role.PRIMARY)
    for question in questions:
        looks = [look for n in _sizes(len(order)) if (look := _halves(question, setting, order[:n])) is not None]
        found = anomalies.of_novelty(looks, question.name, among=len(questions))
        if found is not None:
            yield found


def _sizes(n: int) -> Iterator[int]:
    size = FIRST
    while size <= n:
        yield size
        size *= 2


def _halves(question: Question, setting: Setting, order: Places) -> anomalies.Halves | None:
    early, late = (_effect(question, setting, half) for half in np.array_split(order, 2))
    place = round(np.log2(len(order) / FIRST))
    return anomalies.Halves(place, early, late) if early and late else None


def _effect(question: Question, setting: Setting, own: Places) -> tuple[float, float] | None:
    mask = np.zeros(len(setting.columns), dtype=bool)
    mask[own] = True
    try:
        contrast = contrasted(question, setting.where(mask))
    except NoAnswer:
        return None
    if not contrast.weights:  # of several groups at once there is no single effect
        return None
    parts = [(weight, side.moments) for weight, side in zip(contrast.weights, contrast.sides, strict=True)]
    if any(moments.n < anomalies.LEAST for _, moments in parts):
        return None
    value = sum(weight * float(moments.mean[0]) for weight, moments in parts)
    return value, sqrt(sum(weight**2 * moments.variance / moments.n for weight, moments in parts))
