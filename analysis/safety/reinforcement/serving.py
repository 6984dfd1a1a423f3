"""A kept policy as the allocation of an experiment has it: features, and weights by arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from analysis.learning.running import State
from analysis.safety.reinforcement.acting import policy_of
from analysis.safety.reinforcement.policies.policy import Policy
from analysis.safety.reinforcement.policies.softmax import LinearSoftmax
from analysis.safety.terms import Array
from experiments.types import Json, JsonObject


def allocation_in(state: State) -> JsonObject | None:
    """{features, weights} of a kept state; None for a policy that no allocation can say. ValueError: none of ours."""
    policy, theta = policy_of(state)
    meaning = state.values.get("meaning")
    return allocation_of(policy, theta, meaning if isinstance(meaning, Mapping) else {})


def allocation_of(policy: Policy, theta: Array, meaning: Mapping[str, Json]) -> JsonObject | None:
    """weights: of each arm the constant's, then one for each feature, as `LinearSoftmax` has them in columns.

    None unless preferences are linear in declared features, and every action is an arm.
    """
    arms = cast("Sequence[str]", meaning.get("arms") or ())
    features = cast("Sequence[Json]", meaning.get("features") or ())
    if not isinstance(policy, LinearSoftmax) or policy.shape() != (len(features) + 1, len(arms)) or not features:
        return None
    columns = theta.reshape(policy.shape()).T.tolist()
    weights: dict[str, Json] = dict(zip(arms, columns, strict=True))
    return {"features": list(features), "weights": weights}
