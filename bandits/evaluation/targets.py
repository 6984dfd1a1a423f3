"""The policy that is asked about: what chance it gives each arm, and what it would be after these rewards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, cast

from bandits.errors import BadSpec
from bandits.evaluation.question import ALONG, REPLAY, SUITED, Described, Question
from bandits.learning import OWN, Learning, learning_of
from bandits.models import PolicyState
from bandits.policies import ADAPTIVE, FIXED, PolicyError
from bandits.policies.adaptive import Features, Reward, State
from bandits.services.states import Held, held_of
from experiments.blueprint import Blueprint
from experiments.errors import BadValue, Unknown
from experiments.models import Experiment, Version
from experiments.published import blueprint_of
from experiments.types import Json, JsonObject

ALWAYS, SHARES = "always", "shares"
GOAL = ("reward", "cost")  # what the log holds, whatever a candidate says
OF_THE_LOG = ("reward", "context", "features", *OWN)


class Target(Protocol):
    """A policy at one moment of the log."""

    @property
    def looks(self) -> bool:
        """Whether its chances depend on the context."""

    @property
    def learns(self) -> bool:
        """Whether rewards change it."""

    def chances(self, context: JsonObject) -> Mapping[str, float]:
        """The chance of every arm. BadValue if it cannot look at that context."""

    def after(self, rewards: Sequence[Reward]) -> Target:
        """The same with these rewards known; those that it cannot learn from are passed over."""

    def features(self, arm: str, context: JsonObject) -> tuple[float, ...]:
        """What a reward of that arm carries for it."""


@dataclass(frozen=True)
class FixedShares:
    """The same chances for everybody, for ever."""

    shares: Mapping[str, float]
    looks: bool = False
    learns: bool = False

    def chances(self, context: JsonObject) -> Mapping[str, float]:
        return self.shares

    def after(self, rewards: Sequence[Reward]) -> FixedShares:
        return self

    def features(self, arm: str, context: JsonObject) -> tuple[float, ...]:
        return ()


@dataclass(frozen=True)
class StoredState:
    """The chances of a state that was stored."""

    held: Held
    learns: bool = False

    @property
    def looks(self) -> bool:
        """So does its policy, or the one that a ramp led away from."""
        old = self.held.old
        return self.held.learning.policy.contextual or (old is not None and old.policy.contextual)

    def chances(self, context: JsonObject) -> Mapping[str, float]:
        return self.held.chances(self.held.features(context)).chances

    def after(self, rewards: Sequence[Reward]) -> StoredState:
        return self

    def features(self, arm: str, context: JsonObject) -> tuple[float, ...]:
        return ()


@dataclass(frozen=True)
class Learner:
    """An adaptive policy with what it knows so far."""

    learning: Learning
    state: State
    learns: bool = True

    @property
    def looks(self) -> bool:
        return self.learning.policy.contextual

    @property
    def explores_by_counts(self) -> bool:
        """Whether it turns to what was seldom pulled."""
        return self.learning.policy.explores_by_counts

    def chances(self, context: JsonObject) -> Mapping[str, float]:
        policy, arms = self.learning.policy, self.learning.arms
        try:
            return policy.probabilities(self.state, arms, self.learning.features(context)).chances
        except PolicyError as error:
            raise BadValue(error.message, hint=error.hint) from error

    def after(self, rewards: Sequence[Reward]) -> Learner:
        usable = [one for one in rewards if self._takes(one)]
        return replace(self, state=self.learning.policy.fold(self.state, usable)) if usable else self

    def features(self, arm: str, context: JsonObject) -> tuple[float, ...]:
        found: Features | None = self.learning.features(context)
        chosen = found.get(arm, ()) if isinstance(found, Mapping) else found
        return tuple(chosen or ())

    def _takes(self, reward: Reward) -> bool:
        try:
            self.learning.policy.check_reward(reward)
        except PolicyError:
            return False
        return True


def target_of(experiment: Experiment, question: Question) -> tuple[Target, Described]:
    """The policy that is asked about, before the log begins. BadValue or Unknown if there is no such policy."""
    spec = question.policy
    if not isinstance(spec, Mapping):
        raise BadValue("A policy is an object.", hint='For example {"policy": "ucb1"}.')
    if "state" in spec:
        return _state(experiment, spec, is_rehearsal=question.is_rehearsal)
    if "version" in spec:
        return _version(experiment, spec, question)
    name = spec.get("policy")
    blueprint = _blueprint(experiment)
    if name == ALWAYS:
        return _always(blueprint, spec)
    if name == SHARES:
        return _shares(blueprint, spec)
    if isinstance(name, str) and name in FIXED:
        return FixedShares(_by_weight(blueprint)), Described(f"{name}: the arms' weights", "", spec)
    if isinstance(name, str) and name in ADAPTIVE:
        return _learner(blueprint, spec, question, name)
    known = ", ".join((ALWAYS, SHARES, *FIXED, *ADAPTIVE))
    raise BadValue(f"There is no policy “{name}”.", hint=f"There are: {known}.")


def _blueprint(experiment: Experiment) -> Blueprint:
    if experiment.version_id is None:
        raise BadValue(f"“{experiment.title}” has no version yet, so no decisions.", hint="Start or rehearse it.")
    return blueprint_of(experiment.version_id)


def _state(experiment: Experiment, spec: JsonObject, *, is_rehearsal: bool) -> tuple[Target, Described]:
    number = _whole(spec, "state")
    row = PolicyState.objects.of(experiment, is_rehearsal=is_rehearsal).filter(number=number).first()
    if row is None:
        raise Unknown(f"There is no state {number}.", hint="Look at the list of policy states.")
    return StoredState(held_of(row, now=row.created_at)), Described(f"state {number}, as it was", "", spec)


def _version(experiment: Experiment, spec: JsonObject, question: Question) -> tuple[Target, Described]:
    number = _whole(spec, "version")
    version = Version.objects.filter(experiment=experiment, number=number).first()
    if version is None:
        raise Unknown(f"There is no version {number}.", hint="Versions are counted from 1.")
    blueprint = blueprint_of(version.pk)
    name = str(blueprint.allocation.get("policy"))
    if name not in ADAPTIVE:
        return FixedShares(_by_weight(blueprint)), Described(f"version {number}: {name}", "", spec)
    running = replace(_blueprint(experiment), arms=blueprint.arms)
    target, described = _learner(running, blueprint.allocation, question, name)
    return target, replace(described, title=f"version {number}: {name}", spec=spec)


def _learner(blueprint: Blueprint, spec: JsonObject, question: Question, name: str) -> tuple[Target, Described]:
    """With the arms of the blueprint, and its reward: that is what the log holds."""
    own = {key: value for key, value in spec.items() if key not in GOAL or (key == "cost" and name == "knapsack")}
    kept = {key: blueprint.allocation[key] for key in OF_THE_LOG if key in blueprint.allocation}
    if name == "knapsack" and "cost" in blueprint.allocation:
        kept["cost"] = blueprint.allocation["cost"]
    try:
        learning = Learning.of(replace(blueprint, allocation={**own, **kept}))
    except PolicyError as error:
        raise BadSpec(error, called="policy") from error
    said = {key: value for key, value in own.items() if key not in ("policy", *OWN)}
    title = name + (f" ({', '.join(f'{key} {_short(value)}' for key, value in said.items())})" if said else "")
    target = Learner(learning, learning.policy.start(learning.arms))
    return target, Described(title, _way(target, question), spec)


def _way(target: Learner, question: Question) -> str:
    """How it learns. From the pulls of another policy, one that counts them learns to play what that one avoided."""
    if question.learning != SUITED:
        return question.learning
    return REPLAY if target.explores_by_counts else ALONG


def _by_weight(blueprint: Blueprint) -> dict[str, float]:
    return _normalised({arm.name: arm.weight for arm in blueprint.arms.values() if arm.is_enabled})


def _always(blueprint: Blueprint, spec: JsonObject) -> tuple[Target, Described]:
    arm = spec.get("arm")
    if not isinstance(arm, str) or arm not in blueprint.arms:
        raise Unknown(f"There is no arm “{arm}”.", hint=f"There are: {', '.join(blueprint.arms)}.")
    return FixedShares({arm: 1.0}), Described(f"Always {arm}", "", spec)


def _shares(blueprint: Blueprint, spec: JsonObject) -> tuple[Target, Described]:
    given = spec.get("shares")
    if not isinstance(given, Mapping) or not given:
        raise BadValue("`shares` is a number for each arm.", hint='For example {"soup": 0.8, "salad": 0.2}.')
    unknown = [name for name in given if name not in blueprint.arms]
    if unknown:
        raise Unknown(f"There is no arm “{unknown[0]}”.", hint=f"There are: {', '.join(blueprint.arms)}.")
    shares = _normalised({name: _number(value) for name, value in given.items()})
    return FixedShares(shares), Described(", ".join(f"{part:.0%} {name}" for name, part in shares.items()), "", spec)


def _normalised(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    if not total > 0 or min(weights.values()) < 0:
        raise BadValue("Shares are 0 or more, with one above 0.")
    return {name: weight / total for name, weight in weights.items()}


def _number(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e100:
        raise BadValue(f"A share is a number of 0 or more, not {value!r}.")
    return float(value)


def _whole(spec: JsonObject, name: str) -> int:
    value = spec.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**31:
        raise BadValue(f"`{name}` is a number from 1, not {value!r}.")
    return value


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def goal_of(version_id: int) -> tuple[object, ...]:
    """What the reward was in that version: decisions of another one cannot be compared."""
    goal = learning_of(version_id).goal
    return goal.parts, goal.mix, goal.bounds


def as_context(features: Json) -> JsonObject:
    """As a policy looks at it."""
    return cast(JsonObject, {"features": features})
