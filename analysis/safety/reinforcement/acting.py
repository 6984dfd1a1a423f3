"""A kept policy, acting: from its state to the chances of what it would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np

from analysis.learning.data.encoding import Step
from analysis.learning.data.samples import Array as AnyArray
from analysis.learning.inference import Predictor, kept_origin
from analysis.learning.models.targets import Aim, Classes, Numbers
from analysis.learning.running import State
from analysis.safety.reinforcement.policies import POLICIES, DiscretePolicy, Policy
from analysis.safety.reinforcement.policies.box import Box
from analysis.safety.reinforcement.policies.gaussian import Gaussian, split
from analysis.safety.reinforcement.policies.mixture import Mixture
from analysis.safety.terms import Array
from experiments.types import Json, JsonObject


def policy_predictor(state: State, before: tuple[Step, ...], aim: Aim) -> Predictor:
    """For `analysis.learning.inference`. Scores: the chance of each action, (n, actions); of actions that are numbers,
    their means. Of a mixture those of its new part: who acts by it asks the old policy as often as was agreed.

    ValueError if the state is none of ours.
    """
    policy, theta = policy_of(state)

    def scored(observations: AnyArray) -> Array:
        return _scores(policy, theta, observations.astype(np.float64))

    return Predictor(before, policy, aim, scored, origin=kept_origin(cast(JsonObject, state.values["samples"])))


def policy_of(state: State) -> tuple[Policy, Array]:
    """A policy with its sizes, and its parameters. ValueError if they do not fit, or one is not finite."""
    written = state.values.get("policy")
    if not isinstance(written, Mapping):
        raise ValueError("This state holds no policy.")
    policy = POLICIES.parse(written)
    theta = np.asarray(state.arrays["theta"], dtype=np.float64)
    if theta.shape != policy.neutral().shape:
        raise ValueError(f"This policy has {policy.neutral().size} parameters; {theta.size} were kept.")
    if not np.isfinite(theta).all():
        raise ValueError("This policy holds a parameter that is no finite number.")
    return policy, theta


def aim_of(policy: Policy, meaning: JsonObject) -> Aim:
    """What scores mean: actions by their names where the record says them, else by their numbers."""
    inner = policy.of if isinstance(policy, Mixture) else policy
    if not isinstance(inner, DiscretePolicy):
        return Numbers()
    count = inner.table(inner.neutral(), _nothing_seen(inner)).shape[1]
    names = cast("Sequence[Json]", meaning.get("arms") or ())
    if len(names) == count:
        return Classes(tuple(str(name) for name in names))
    return Classes(tuple(range(inner.first_action, inner.first_action + count)))


def _nothing_seen(policy: DiscretePolicy) -> Array:
    numbers = getattr(policy, "numbers", None) or len(getattr(policy, "low", ())) or 1
    return np.full((1, int(numbers)), float(getattr(policy, "first_state", 0)))


def _scores(policy: Policy, theta: Array, observations: Array) -> Array:
    if isinstance(policy, Mixture):
        return _scores(policy.of, theta, observations)
    if isinstance(policy, DiscretePolicy):
        return policy.table(theta, observations)
    if isinstance(policy, Gaussian):
        return policy.features(observations) @ split(theta, *policy.shape(), policy.deviation)[0]
    if isinstance(policy, Box):
        return np.tile(np.mean(policy.ends(theta), axis=0), (len(observations), 1))
    raise ValueError(f"Nobody knows how a {policy.name} policy acts on its own.")
