"""A reward as a policy takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from bandits.goal import Outcome
from bandits.learning import Learning
from bandits.models import Reward
from bandits.policies import PolicyError
from bandits.policies.adaptive import Reward as Lesson
from experiments.blueprint import json_object
from experiments.errors import BadValue
from experiments.published import arm_name


def lesson_of(learning: Learning, row: Reward, *, is_history: bool = False) -> Lesson | None:
    """What that policy learns from the reward; None if it cannot, or the decision is excluded.

    is_history: what it learnt then, although the decision is excluded since.
    """
    decision = row.decision
    if decision.excluded and not is_history:
        return None
    outcome = Outcome(row.value, cast("Mapping[str, float]", row.measures))
    try:
        lesson = learning.reward(arm_name(decision.arm_id), outcome, decision.propensity, json_object(decision.context))
        learning.policy.check_reward(lesson)
    except (PolicyError, BadValue):
        return None
    return lesson
