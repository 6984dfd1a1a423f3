"""What an experiment's record says about itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from analysis.results.services.folding import fold
from analysis.results.services.trusting import finding_json, gravest, trust_in
from analysis.statistics.trust.findings import Weight
from experiments.models import Experiment
from experiments.types import Json
from tests.analysis.results.conftest import assigned, measure, measured
from tests.factories import make_experiment

pytestmark = pytest.mark.django_db


def kinds(experiment: Experiment) -> dict[str, Weight]:
    return {each.kind: each.weight for each in trust_in(experiment)}


def test_an_experiment_without_anybody_has_nothing_to_say(experiment: Experiment) -> None:
    found = kinds(experiment)

    assert found["ratio"] == found["attrition"] == found["balance"] == Weight.UNKNOWN
    assert Weight.ALARM not in found.values()


def test_a_sound_record_raises_no_alarm(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": list(range(20, 60)), "vivid": list(range(30, 70))})
    fold(experiment, now=timezone.now())

    found = kinds(experiment)
    assert (found["ratio"], found["attrition"]) == (Weight.FINE, Weight.UNKNOWN)
    assert gravest(trust_in(experiment)) not in (Weight.ALARM,)


def test_an_arm_that_is_missing_units_is_traced_to_its_attribute(experiment: Experiment) -> None:
    assigned(experiment, *["plain", "vivid"] * 40, browser="new")
    assigned(experiment, *["plain"] * 60, browser="old")

    found = {each.kind: each for each in trust_in(experiment)}

    assert found["ratio"].weight == Weight.ALARM
    assert "browser “old”" in found["ratio"].advice
    assert finding_json(found["ratio"])["rows"]


def test_arms_that_lose_people_differently_are_seen(experiment: Experiment) -> None:
    units = assigned(experiment, *["plain", "vivid"] * 60)
    for place, unit in enumerate(units):
        if place % 2 == 0 or place < 30:
            measure(experiment, unit, "score", 50 + place % 7)

    later = {each.kind: each.weight for each in trust_in(experiment, now=timezone.now() + timedelta(hours=2))}
    assert kinds(experiment)["attrition"] == Weight.UNKNOWN, "they may still be under way"
    assert later["attrition"] == Weight.ALARM


def test_where_a_policy_learns_shares_are_not_tested() -> None:
    measures: list[Json] = [
        {"name": "score", "kind": "number", "role": "primary", "direction": "up", "low": 0, "high": 1}
    ]
    allocation: Json = {"policy": "thompson_bernoulli"}
    learning = make_experiment(unit_kind="visitor", measures=measures, allocation=allocation, steps=[])

    found = kinds(learning)
    assert found["ratio"] == Weight.FINE
    assert "balance" not in found
