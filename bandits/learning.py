"""How a version of an experiment learns: its policy, what the policy maximises, and until when rewards count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from math import inf
from typing import cast

from bandits.policies import ADAPTIVE, PolicyError
from bandits.policies.adaptive import AdaptivePolicy, Features, Reward
from bandits.policies.adaptive.kinds import BoundedPolicy
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
}


def learns(allocation: JsonObject) -> bool:
    """Whether the policy that an allocation names is an adaptive one."""
    policy = allocation.get("policy")
    return isinstance(policy, str) and policy in ADAPTIVE


@dataclass(frozen=True)
class Learning:
    """A version's adaptive allocation. default: what a missing reward counts when due; None: nothing."""

    policy: AdaptivePolicy
    arms: tuple[ArmWeight, ...]
    measure: MeasureSpec
    window: timedelta
    default: float | None
    seed: int
    allocation: JsonObject

    @classmethod
    def of(cls, blueprint: Blueprint) -> Learning:
        """PolicyError with a sentence if the experiment cannot learn like that."""
        measure = _primary(blueprint)
        own = {name: kind.read(f"allocation.{name}", _given(blueprint, name)) for name, kind in OWN.items()}
        learning = cls(
            policy=_policy(blueprint.allocation, measure),
            arms=tuple(ArmWeight(arm.name, arm.weight if arm.is_enabled else 0) for arm in blueprint.arms.values()),
            measure=measure,
            window=timedelta(seconds=cast(int, own["reward_window_seconds"])),
            default=cast("float | None", own["default_reward"]),
            seed=blueprint.seed,
            allocation=blueprint.allocation,
        )
        learning.require_usable()
        return learning

    def require_usable(self) -> None:
        """PolicyError if nothing could be decided, or the default could not be learnt."""
        if self.default is not None:
            try:
                self.number(self.default)
            except BadValue as refusal:
                raise PolicyError("allocation.default_reward", f"The default reward: {refusal.message}") from refusal
        state = self.policy.start(self.arms)
        if not self.policy.contextual:
            self.policy.probabilities(state, self.arms)

    def number(self, value: Json) -> float:
        """The value of the primary measure as a reward; BadValue if it does not fit its kind and range."""
        name, is_boolean = self.measure.name, self.measure.kind == "boolean"
        if is_boolean and value not in (0, 1):
            raise BadValue(f"“{name}” is true or false (1 or 0), not {value!r}.")
        if (isinstance(value, bool) and not is_boolean) or not isinstance(value, bool | int | float):
            raise BadValue(f"“{name}” is a number, not {value!r}.")
        low, high = self.bounds
        if not low <= value <= high:
            raise BadValue(f"“{name}” lies between {low:g} and {high:g}, not at {value:g}.")
        return float(value)

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest value of the primary measure."""
        return _bounds(self.measure)

    def features(self, context: JsonObject) -> Features | None:
        """What a contextual policy looks at: the context's `features`. BadValue if it cannot be that."""
        if not self.policy.contextual:
            return None
        features = context.get("features")
        if isinstance(features, Mapping):
            return {name: _numbers(one) for name, one in features.items()}
        return _numbers(features)

    def reward(self, arm: str, value: float, propensity: float, context: JsonObject) -> Reward:
        """As the policy folds it; the features are those of the chosen arm."""
        features = self.features(context)
        chosen = features.get(arm, ()) if isinstance(features, Mapping) else features
        return Reward(arm, value, propensity, tuple(chosen or ()))


@lru_cache(maxsize=256)
def learning_of(version_id: int) -> Learning:
    """How that version learns; versions never change. PolicyError if it does not."""
    return Learning.of(blueprint_of(version_id))


def _given(blueprint: Blueprint, name: str) -> Json:
    return blueprint.allocation.get(name, DAY if name == "reward_window_seconds" else None)


def _primary(blueprint: Blueprint) -> MeasureSpec:
    primary = [measure for measure in blueprint.measures.values() if measure.role == "primary"]
    if len(primary) != 1 or primary[0].kind not in ("number", "boolean"):
        raise PolicyError("measures", "A policy that learns needs one primary measure, a number or a boolean.")
    if primary[0].direction == "down":
        raise PolicyError(
            "measures",
            f"A policy that learns raises its reward, and less of “{primary[0].name}” is better.",
            "Turn the measure round: its negative, or its distance from the worst.",
        )
    return primary[0]


def _bounds(measure: MeasureSpec) -> tuple[float, float]:
    if measure.kind == "boolean":
        return 0.0, 1.0
    return -inf if measure.low is None else measure.low, inf if measure.high is None else measure.high


def _policy(allocation: JsonObject, measure: MeasureSpec) -> AdaptivePolicy:
    """The policy; one for bounded rewards takes the measure's range where the allocation names none."""
    name = str(allocation.get("policy"))
    kind, low_high = ADAPTIVE[name], dict(zip(("low", "high"), _bounds(measure), strict=True))
    if name == "knapsack":
        raise PolicyError("allocation.policy", "knapsack needs the cost of each decision, which rewards do not carry.")
    spec = {key: value for key, value in allocation.items() if key not in OWN}
    if issubclass(kind, BoundedPolicy):
        if not all(abs(end) < inf for end in low_high.values()):
            raise PolicyError("measures", f"{name} needs low and high of “{measure.name}”: its formulas use the range.")
        spec = {**low_high, **spec}
    policy = kind.parse(spec)
    if isinstance(policy, BoundedPolicy) and not policy.low <= low_high["low"] <= low_high["high"] <= policy.high:
        raise PolicyError(
            "allocation.low", f"“{measure.name}” may leave the policy's range, {policy.low:g} to {policy.high:g}."
        )
    return policy


def _numbers(value: Json) -> list[float]:
    if not isinstance(value, list | tuple) or not all(
        isinstance(one, int | float) and not isinstance(one, bool) for one in value
    ):
        raise BadValue("The policy looks at context.features: a list of numbers, or one for each arm.")
    return [float(cast(float, one)) for one in value]
