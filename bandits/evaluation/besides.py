"""Every arm alone, to compare a policy with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bandits.errors import Unsupported
from bandits.evaluation.answering import answer
from bandits.evaluation.question import Question
from experiments.models import Experiment
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.statistics.off_policy import Estimate

MOST = 8


def answer_beside(
    experiment: Experiment, question: Question, arms: Sequence[str], *, now: datetime
) -> list[tuple[str, Estimate, str]]:
    """Label, value and note of each arm for everybody, on the same decisions but for those that a policy first learnt
    from; at most eight. An arm that the log says nothing of is left out.
    """
    found = []
    for arm in arms[:MOST]:
        policy: JsonObject = {"policy": "always", "arm": arm}
        if policy == question.policy:
            continue
        try:
            one = answer(experiment, replace(question, policy=policy), now=now)
        except Unsupported:
            continue
        found.append((f"Always {arm}", one.whole.best, ""))
    return found
