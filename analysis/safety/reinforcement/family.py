"""Recorded episodes as data of a training: read, checked, made into a subject."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from math import isfinite
from typing import Any, Final, cast

import numpy as np

from analysis.learning.components import Finding
from analysis.learning.running import State
from analysis.safety.constraints import Vocabulary
from analysis.safety.loading.groups import groups_of
from analysis.safety.loading.refusal import NotUsable, refuse_if
from analysis.safety.reinforcement import document
from analysis.safety.reinforcement.acting import aim_of
from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.estimates import Recipe, reward_of, sides_of
from analysis.safety.reinforcement.measures import RETURNS
from analysis.safety.reinforcement.policies.policy import Cells, DiscretePolicy, Policy
from analysis.safety.reinforcement.returns import written_returns
from analysis.safety.reinforcement.serving import allocation_of
from analysis.safety.reinforcement.sources import EPISODES, Recorded
from analysis.safety.reinforcement.subject import PolicySubject
from analysis.safety.reinforcement.units import by_unit, episode_marks, of_units
from analysis.safety.setting import Wish
from analysis.safety.subjects import Prepared
from analysis.safety.terms import Array, Bound, Demand, Mode, Quantity, Regime, Subject
from analysis.safety.testing.resemblance import Resemblance
from experiments.types import Json, JsonObject

LOOKED_AT: Final = 5
MOSTLY: Final = 0.5


class RecordedEpisodes:
    """The family of the regime reinforcement_learning."""

    def sections(self) -> tuple[str, ...]:
        return tuple(document.PARAMETERS)

    def faults(self, setting: JsonObject) -> list[Finding]:
        found = document.faults(setting)
        if any(path[:1] == ("data",) for path, _, _ in found):
            return found
        try:
            EPISODES.read(setting["data"]).identity()
        except FileNotFoundError as error:
            found.append((("data", "path"), str(error), ""))
        except NotUsable as error:
            found.extend(error.findings)
        return found

    def identity(self, setting: JsonObject) -> JsonObject:
        return EPISODES.read(setting["data"]).identity()

    def prepare(self, setting: JsonObject, wish: Wish) -> Prepared:
        """NotUsable, with everything that was found."""
        refuse_if(document.faults(setting))
        said = document.read(setting)
        try:
            recorded: Recorded = said["data"].recorded()
        except FileNotFoundError as error:
            raise NotUsable([(("data", "path"), str(error), "")]) from error
        recorded = by_unit(recorded, said["unit"])
        groups = {**recorded.episodes.groups, **groups_of(recorded.attributes, said["groups"])}
        subject = _subject(replace(recorded, episodes=replace(recorded.episodes, groups=groups)), said, wish)
        vocabulary = Vocabulary.of(Regime.REINFORCEMENT, groups=groups)
        vocabulary = replace(vocabulary, rewards=subject.episodes.alternates)
        demands = wish.demands(vocabulary)
        refuse_if(_unbounded(subject, demands))
        if recorded.is_adaptive:
            refuse_if(_dependent(wish, demands, subject))
        marks = episode_marks(recorded) if recorded.keys is None else recorded.keys
        return Prepared(
            subject=subject,
            vocabulary=vocabulary,
            title=recorded.name,
            fingerprint=fingerprint(setting),
            keep=lambda trained, theta: kept(trained, theta, recorded.meaning),
            marks=of_units(marks, subject.episodes.units),
            resemblance=Resemblance.of_marks(marks) if recorded.keys is not None else Resemblance.whole(marks),
            describe=lambda trained, theta: told(cast(PolicySubject, trained), theta, recorded.meaning),
            meaning={"groups": said["groups"]},
            remarks=(*recorded.remarks, *_remarks(subject)),
            described=described(subject.episodes),
        )


def _subject(recorded: Recorded, said: dict[str, Any], wish: Wish) -> PolicySubject:
    """NotUsable for a policy that cannot have played so, or episodes beyond what is declared."""
    policy, aim = cast(Policy, wish.model), cast(document.ExpectedReturn, wish.objective)
    returns = document.returns_of(said["returns"], recorded.returns)
    try:
        policy = policy.shaped(recorded.episodes)
        recipe = Recipe(returns, clip=said["clip"], sided=wish.mode != Mode.ENGINE, caution=aim.caution)
        subject = PolicySubject(recorded.episodes, policy, recipe, aim.quantity(), _begin(said["begin"], policy))
        sides_of(subject.aim, recorded.episodes.take(np.arange(1)), recipe)
        policy.over(Cells.of(recorded.episodes, by_chance=policy.needs_chances))
        if isinstance(policy, DiscretePolicy) and (recorded.episodes.chances > 1).any():
            raise ValueError(f"A chance is at most 1; one in the record is {recorded.episodes.chances.max():g}.")
    except NotUsable:
        raise
    except ValueError as error:
        raise NotUsable([(("data",), str(error), "")]) from error
    return subject


def _remarks(subject: PolicySubject) -> list[str]:
    """An aim that a search can reach by doing what was never done: that weighs nothing, and nothing is above a loss."""
    returns = subject.episodes.returns(subject.recipe.returns.gamma)[:, reward_of(subject.aim, subject.episodes)]
    if RETURNS[subject.aim.measure].normalised or not (returns < 0).mean() > MOSTLY:
        return []
    return [
        "Most returns are below 0, and what was never done weighs nothing: a search for a high return by "
        f"{subject.aim.measure.removeprefix(document.PREFIX)} is drawn to it. Take objective: "
        "{type: expected_return, by: WIS}. (The safety test is not misled: it counts that as the worst.)"
    ]


def _begin(written: str | list[float], policy: Policy) -> Array | None:
    if written == "behaviour":
        return None
    begin = policy.neutral() if written == "neutral" else np.asarray(written, dtype=np.float64)
    if begin.shape != policy.neutral().shape:
        said = f"The policy has {policy.neutral().size} parameters, and begin gives {begin.size}."
        raise NotUsable([(("begin",), said, "Write behaviour, neutral, or one number for each.")])
    return begin


def _unbounded(subject: PolicySubject, demands: tuple[Demand, ...]) -> list[Finding]:
    """Quantities that no exact bound can hold, as nothing is declared of what they can be."""
    some = subject.episodes.take(np.arange(min(LOOKED_AT, subject.count)))
    found: list[Finding] = []
    for place, demand in enumerate(demands):
        for quantity in demand.constraint.quantities:
            if demand.bounds[quantity].exact and not _is_held(subject, demand, quantity, some):
                said = f"Nothing is declared that would bound {quantity}, so nothing could be shown of it."
                hint = (
                    "Declare under returns the range of returns (for measures by step: step and horizon), "
                    "or take bound: student_t, which is approximate."
                )
                found.append((("constraints", place), said, hint))
    return found


def _dependent(wish: Wish, demands: tuple[Demand, ...], subject: PolicySubject) -> list[Finding]:
    """What does not hold where episodes depend on those before: a test on earlier ones, bounds for independent ones."""
    found: list[Finding] = []
    if wish.held.split != "ordered":
        said = "The policy learnt while it played, so later episodes have earlier ones in them."
        found.append((("safety", "split"), said, "Test on the later ones: safety: {split: ordered}."))
    for place, demand in enumerate(demands):
        for quantity, bound in demand.bounds.items():
            if bound.exact and not _holds_in_order(bound, _span(subject, quantity)):
                said = f"{bound.name} is for independent episodes, and these of {quantity} depend on those before."
                hint = "Write bound: {type: betting, seed: null}, which takes them in their order."
                found.append((("constraints", place, "bound"), said, hint))
    return found


def _holds_in_order(bound: Bound, span: tuple[float, float]) -> bool:
    """Bets on values with one open end need no order; with a known range they must be placed in theirs."""
    if bound.name == "hoeffding":
        return True
    if bound.name not in ("betting", "auto", "predictable_bernstein"):
        return False
    is_open = not (isfinite(span[0]) and isfinite(span[1]))
    return getattr(bound, "seed", 0) is None or (is_open and bound.name != "predictable_bernstein")


def _span(subject: PolicySubject, quantity: Quantity) -> tuple[float, float]:
    some = subject.episodes.take(np.arange(min(LOOKED_AT, subject.count)))
    return sides_of(replace(quantity, where=()), some, subject.recipe).lower.span


def _is_held(subject: PolicySubject, demand: Demand, quantity: Quantity, some: Episodes) -> bool:
    share = demand.budget[quantity]
    sides = sides_of(replace(quantity, where=()), some, subject.recipe)
    needed = [(share.delta_lower, sides.lower.span[0]), (share.delta_upper, sides.upper.span[1])]
    return all(isfinite(end) for delta, end in needed if delta is not None)


def fingerprint(setting: JsonObject) -> str:
    """Of the source: whoever tests on these episodes has seen something of them."""
    whole = {"data": setting["data"], **EPISODES.read(setting["data"]).identity()}
    found = EPISODES.read(setting["data"]).identity()
    return hashlib.sha256(json.dumps(found if "sha256" in found else whole, sort_keys=True).encode()).hexdigest()


def described(episodes: Episodes) -> JsonObject:
    """For the report's readers."""
    lengths = episodes.lengths
    units: JsonObject = {} if episodes.units is None else {"units": int(episodes.units.max()) + 1}
    return {
        "episodes": len(episodes),
        **units,
        "steps": int(episodes.starts[-1]),
        "longest": int(lengths.max()),
        "alternate rewards": episodes.alternates,
        "groups": {name: int(mask.sum()) for name, mask in episodes.groups.items()},
    }


def kept(subject: Subject, theta: Array, meaning: JsonObject | None) -> State:
    """Everything that is needed to act later: parameters, the policy with its sizes, what its numbers stand for."""
    trained = cast(PolicySubject, subject)
    seen = int(trained.episodes.observations.shape[1])
    values: dict[str, Json] = {
        "predictor": "policy",
        "regime": str(Regime.REINFORCEMENT),
        "policy": written(trained.policy),
        "meaning": dict(meaning or {}),
        "samples": {"shape": [seen], "features": list(trained.episodes.names), "steps": []},
        "returns": written_returns(trained.recipe.returns),
        "aim": aim_of(trained.policy, meaning or {}).kept(),
    }
    return State({"theta": theta}, values)


def told(subject: PolicySubject, theta: Array, meaning: JsonObject | None) -> JsonObject:
    """For the report: of a policy that an experiment can act by, its allocation."""
    allocation = allocation_of(subject.policy.shaped(subject.episodes), theta, meaning or {})
    arms: JsonObject = {"arms": meaning["arms"]} if meaning and "arms" in meaning else {}
    acting: JsonObject = {} if allocation is None else {"allocation": allocation}
    return {"type": "policy", "parameters": int(theta.size), **arms, **acting}


def written(policy: Policy) -> JsonObject:
    """As a document names it, sizes included."""
    parts: dict[str, Json] = {"type": policy.name}
    for name, value in asdict(policy).items():  # type: ignore[call-overload]  # every member is a dataclass
        own = getattr(policy, name)
        parts[name] = (
            dict(written(own)) if isinstance(own, Policy) else list(value) if isinstance(value, tuple) else value
        )
    return parts
