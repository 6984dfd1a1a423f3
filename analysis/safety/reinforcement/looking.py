"""A policy that passed, looked at again on episodes that came in since, whoever decided in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from analysis.learning.running import State
from analysis.learning.states import read_state
from analysis.safety.constraints import Vocabulary
from analysis.safety.loading.groups import groups_of
from analysis.safety.reinforcement import document
from analysis.safety.reinforcement.acting import policy_of
from analysis.safety.reinforcement.estimates import Recipe
from analysis.safety.reinforcement.returns import Returns, returns_in
from analysis.safety.reinforcement.source import Recorded
from analysis.safety.reinforcement.sources.lines import recorded_in
from analysis.safety.reinforcement.subject import PolicySubject
from analysis.safety.reinforcement.units import by_unit
from analysis.safety.setting import Wish, read_setting
from analysis.safety.terms import Array, Demand, Mode, Regime
from analysis.safety.testing.retesting import Delivery, Look, looked_at
from experiments.types import JsonObject


def look_at_policy(setting: JsonObject, model: bytes, deliveries: Sequence[bytes]) -> tuple[Look, ...]:
    """At each constraint, after all deliveries. deliveries: a JSON object for each episode, as in a .jsonl file.

    What is bounded is the average over the deliveries given all that came before, by bets on weighted values: it holds
    also where the policy that decided learnt, or was this one. NotUsable or ValueError for what cannot be read.
    """
    wish, state, said = read_setting(setting), read_state(model), document.read(setting)
    found = [_recorded(content, place, said) for place, content in enumerate(deliveries, 1)]
    subjects = [_subject(one, wish, state, said) for one in found]
    vocabulary = Vocabulary.of(Regime.REINFORCEMENT, groups=subjects[-1].episodes.groups if subjects else {})
    demands = wish.demands(replace(vocabulary, rewards=subjects[-1].episodes.alternates if subjects else 0))
    theta = policy_of(state)[1]
    return tuple(looked_at(demand, [_evidence(demand, one, theta) for one in subjects]) for demand in demands)


def _recorded(content: bytes, place: int, said: dict[str, Any]) -> Recorded:
    recorded = by_unit(recorded_in(content.decode().splitlines(), f"delivery {place}"), said["unit"])
    groups = groups_of(recorded.attributes, said["groups"])
    return replace(recorded, episodes=replace(recorded.episodes, groups=groups))


def _subject(recorded: Recorded, wish: Wish, state: State, said: dict[str, Any]) -> PolicySubject:
    recipe = Recipe(_returns(state), clip=said["clip"], sided=wish.mode != Mode.ENGINE)
    return PolicySubject(recorded.episodes, policy_of(state)[0], recipe)


def _returns(state: State) -> Returns:
    written = state.values.get("returns")
    if not isinstance(written, dict):
        raise ValueError("this policy was kept without what returns can be; train it again")
    return returns_in(written)


def _evidence(demand: Demand, subject: PolicySubject, theta: Array) -> Delivery:
    return subject.evidence(theta, np.arange(subject.count), demand.constraint.quantities)
