"""How a version of an experiment learns: its policy, what the policy maximises, and until when rewards count."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from math import inf
from typing import cast

from bandits.context import Shape, parse_shape
from bandits.features import Feature, parse_features
from bandits.goal import Goal, Outcome, bounds_of
from bandits.policies import ADAPTIVE, PolicyError
from bandits.policies.adaptive import AdaptivePolicy, Features, Reward
from bandits.policies.adaptive.kinds import BoundedPolicy
from bandits.policies.adaptive.knapsack import Knapsack
from bandits.policies.adaptive.linear import ContextualPolicy
from bandits.policies.arms import ArmWeight
from bandits.policies.parameters import Optional, Parameter, Real, Whole
from experiments.blueprint import Blueprint, MeasureSpec
from experiments.errors import BadValue
from experiments.published import blueprint_of
from experiments.types import Json, JsonObject

DAY = 86_400
OWN: Mapping[str, Parameter] = {
    "reward_window_seconds": Whole(1, 366 * DAY),
    "default_reward": Optional(Real(-1e100, 1e100)),
    "most_failed_checks": Optional(Whole(0, 1_000)),
}
UNSAID: JsonObject = {"reward_window_seconds": DAY, "most_failed_checks": 0}
ELSEWHERE = ("reward", "cost", "context", "features")  # read by `Goal`, `parse_shape`, `parse_features`

LARGEST_CONTEXT = 20_000  # of JSON; it is stored with every decision, and read again by what learns from it


def learns(allocation: JsonObject) -> bool:
    """Whether the policy that an allocation names is an adaptive one."""
    policy = allocation.get("policy")
    return isinstance(policy, str) and policy in ADAPTIVE


@dataclass(frozen=True)
class Learning:
    """A version's adaptive allocation.

    default: what a missing reward counts when due; None: nothing. most_failed_checks: participants who fail more
    attention checks teach nothing; None: all do. shape: what a context may hold. declared: features by attributes.
    """

    policy: AdaptivePolicy
    arms: tuple[ArmWeight, ...]
    goal: Goal
    window: timedelta
    default: float | None
    most_failed_checks: int | None
    shape: Shape | None
    declared: tuple[Feature, ...]
    seed: int
    allocation: JsonObject

    @classmethod
    def of(cls, blueprint: Blueprint) -> Learning:
        """PolicyError with a sentence if the experiment cannot learn like that."""
        goal, allocation = Goal.of(blueprint), blueprint.allocation
        declared = parse_features(allocation["features"]) if "features" in allocation else ()
        own = {name: kind.read(f"allocation.{name}", _given(blueprint, name)) for name, kind in OWN.items()}
        learning = cls(
            policy=_policy(allocation, goal, declared),
            arms=tuple(ArmWeight(arm.name, arm.weight if arm.is_enabled else 0) for arm in blueprint.arms.values()),
            goal=goal,
            window=timedelta(seconds=cast(int, own["reward_window_seconds"])),
            default=cast("float | None", own["default_reward"]),
            most_failed_checks=cast("int | None", own["most_failed_checks"]),
            shape=parse_shape(allocation["context"]) if "context" in allocation else None,
            declared=declared,
            seed=blueprint.seed,
            allocation=allocation,
        )
        learning.require_usable()
        return learning

    def require_usable(self) -> None:
        """PolicyError if nothing could be decided, or the default could not be learnt."""
        if self.default is not None:
            try:
                self.goal.default(self.default)
            except BadValue as refusal:
                raise PolicyError("allocation.default_reward", f"The default reward: {refusal.message}") from refusal
        self._require_features()
        if not self.policy.contextual:
            self.policy.probabilities(self.policy.start(self.arms), self.arms)

    def _require_features(self) -> None:
        """PolicyError if the policy could never be given what it looks at."""
        if self.declared and not self.policy.contextual:
            raise PolicyError("allocation.features", f"{self.policy.name} looks at no features.", "linucb does.")
        if self.policy.contextual and self.shape is not None and not self.declared:
            named = "features" in self.shape.properties
            if self.shape.is_closed and not named:
                raise PolicyError(
                    "allocation.context", "The policy looks at context.features, which the context may not hold."
                )

    def continues(self, before: Learning) -> bool:
        """Whether what was learnt before still holds: the same policy of the same reward."""
        old, new = before.goal, self.goal
        is_goal_same = (old.parts, old.mix, old.cost) == (new.parts, new.mix, new.cost)
        return before.policy == self.policy and before.declared == self.declared and is_goal_same

    @property
    def guardrails(self) -> tuple[MeasureSpec, ...]:
        """The measures that may stop the experiment; their values come with the rewards."""
        return self.goal.guardrails

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest reward."""
        return self.goal.bounds

    def outcome(self, value: Json, measures: Mapping[str, Json]) -> Outcome:
        """The reward of a value of the primary measure, or of measures by name, or both. BadValue if of none."""
        named = dict(measures)
        if value is not None:
            if self.goal.primary is None:
                raise BadValue("A plain value says not which measure it is of.", hint="Send `measures`.")
            if named.setdefault(self.goal.primary.name, value) != value:
                raise BadValue(f"“{self.goal.primary.name}” stands twice, with two values.", hint="Send one of them.")
        if not named:
            raise BadValue("Nothing came with it.", hint="Send `value`, of the primary measure, or `measures` by name.")
        return self.goal.outcome(named)

    def context_of(self, attributes: JsonObject) -> JsonObject:
        """The context of a participant with these attributes: those that declared features look at."""
        names = dict.fromkeys(feature.attribute for feature in self.declared if feature.attribute)
        return {name: attributes[name] for name in names if name in attributes}

    def require_contexts(self, contexts: Sequence[JsonObject]) -> None:
        """Invalid, naming what does not fit the declared context and where; BadValue for one that is too large."""
        for index, context in enumerate(contexts):
            path = "context" if len(contexts) == 1 else f"decisions[{index}].context"
            if context and len(json.dumps(context)) > LARGEST_CONTEXT:
                raise BadValue(f"{path} is too large: at most {LARGEST_CONTEXT:,} characters of JSON.")
            if self.shape is not None:
                self.shape.require(context, path)

    def features(self, context: JsonObject) -> Features | None:
        """What a contextual policy looks at: declared ones, or the context's `features`. BadValue if it cannot be."""
        if not self.policy.contextual:
            return None
        if self.declared:
            return [feature.of(context) for feature in self.declared]
        features = context.get("features")
        if isinstance(features, Mapping):
            return {name: _numbers(one) for name, one in features.items()}
        return _numbers(features)

    def reward(self, arm: str, outcome: Outcome, propensity: float, context: JsonObject) -> Reward:
        """As the policy folds it; the features are those of the chosen arm."""
        features = self.features(context)
        chosen = features.get(arm, ()) if isinstance(features, Mapping) else features
        return Reward(arm, outcome.value, propensity, tuple(chosen or ()), self.cost(outcome.measures))

    def cost(self, measures: Mapping[str, float]) -> float:
        """What a decision cost; as much as it may at most if nobody said."""
        if self.goal.cost is None:
            return 0.0
        return measures.get(self.goal.cost.name, self.dearest)

    @property
    def dearest(self) -> float:
        """What a decision may cost at most; 0 where nothing is paid."""
        return self.policy.most if isinstance(self.policy, Knapsack) else 0.0


@lru_cache(maxsize=1024)
def learning_of(version_id: int) -> Learning:
    """How that version learns; versions never change. PolicyError if it does not."""
    return Learning.of(blueprint_of(version_id))


def _given(blueprint: Blueprint, name: str) -> Json:
    return blueprint.allocation.get(name, UNSAID.get(name))


def _policy(allocation: JsonObject, goal: Goal, declared: Sequence[Feature]) -> AdaptivePolicy:
    """The policy; one for bounded rewards takes the reward's range where the allocation names none."""
    name = str(allocation.get("policy"))
    kind, low_high = ADAPTIVE[name], dict(zip(("low", "high"), goal.bounds, strict=True))
    spec: dict[str, object] = {key: value for key, value in allocation.items() if key not in (*OWN, *ELSEWHERE)}
    if issubclass(kind, BoundedPolicy):
        if not all(abs(end) < inf for end in low_high.values()):
            raise PolicyError("measures", f"{name} needs low and high of “{goal.title}”: its formulas use the range.")
        spec = {**low_high, **spec}
    spec = {**_given_by(kind, goal, declared), **spec}
    policy = kind.parse(spec)
    if isinstance(policy, BoundedPolicy) and not policy.low <= low_high["low"] <= low_high["high"] <= policy.high:
        raise PolicyError(
            "allocation.low", f"“{goal.title}” may leave the policy's range, {policy.low:g} to {policy.high:g}."
        )
    _require_cost(policy, goal)
    _require_declared(policy, declared)
    return policy


def _require_declared(policy: AdaptivePolicy, declared: Sequence[Feature]) -> None:
    if not declared or not isinstance(policy, ContextualPolicy):
        return
    if policy.model != "disjoint":
        raise PolicyError("allocation.model", "Declared features are those of the visitor, the same for every arm.")
    if policy.dimension != len(declared):
        raise PolicyError("allocation.dimension", f"{len(declared)} features are declared; leave dimension out.")


def _given_by(kind: type[AdaptivePolicy], goal: Goal, declared: Sequence[Feature]) -> dict[str, object]:
    """What follows from the rest of the definition: the dearest decision, the number of features."""
    if issubclass(kind, Knapsack):
        most = inf if goal.cost is None else bounds_of(goal.cost)[1]
        return {"most": most} if most < inf else {}
    return {"dimension": len(declared)} if declared and kind.contextual else {}


def _require_cost(policy: AdaptivePolicy, goal: Goal) -> None:
    """A policy with a budget needs to know what decisions cost; no other policy looks at it."""
    if not isinstance(policy, Knapsack):
        if goal.cost is not None:
            raise PolicyError("allocation.cost", f"{policy.name} looks at no cost.", "knapsack keeps to a budget.")
        return
    if goal.cost is None:
        raise PolicyError(
            "allocation.cost", "knapsack needs the measure that says what a decision cost.", "Name it: cost: price."
        )
    if bounds_of(goal.cost)[1] > policy.most:
        raise PolicyError(
            "allocation.most",
            f"“{goal.cost.name}” may be above {policy.most:g}, the most that a decision may cost.",
            "Give the measure its high.",
        )


def _numbers(value: Json) -> list[float]:
    if not isinstance(value, list | tuple) or not all(
        isinstance(one, int | float) and not isinstance(one, bool) for one in value
    ):
        raise BadValue("The policy looks at context.features: a list of numbers, or one for each arm.")
    try:
        return [float(cast(float, one)) for one in value]
    except OverflowError as error:
        raise BadValue("A number of context.features is too large.") from error
