"""What is maximised: one measure, or several by declared weights; guardrails and costs come along."""

from __future__ import annotations

import pytest

from bandits.models import Decision, Reward
from bandits.readiness import arms_can_be_handed_out
from bandits.services.deciding import Asked, decide
from bandits.services.folding import fold
from bandits.services.rewarding import Sent, reward
from experiments.errors import BadValue, Conflict
from experiments.models import Experiment
from experiments.types import Json, JsonObject
from tests.factories import make_definition
from tests.learners import make_learner
from tests.studies import NOON

MEASURES: Json = [
    {"name": "bought", "kind": "boolean", "role": "primary", "direction": "up"},
    {"name": "seconds", "kind": "number", "direction": "down", "low": 0, "high": 60},
    {"name": "complaints", "kind": "number", "role": "guardrail", "direction": "down", "low": 0, "high": 9},
    {"name": "remark", "kind": "text"},
    {"name": "visits", "kind": "number"},
]
MIXED: Json = {"kind": "weighted", "weights": {"bought": 1, "seconds": 0.5}}


def shopping(reward: Json = MIXED) -> Experiment:
    return make_learner(measures=MEASURES, reward=reward)


def sent(experiment: Experiment, **measures: Json) -> Decision:
    decision, _ = decide(experiment, Asked(), now=NOON)
    reward(experiment, Sent(decision.uuid, measures=measures), now=NOON)
    return decision


@pytest.mark.django_db
def test_several_measures_make_one_reward_and_stay_beside_it() -> None:
    experiment = shopping()
    decision = sent(experiment, bought=True, seconds=30, complaints=2)
    row = Reward.objects.get(decision=decision)

    assert row.value == 1 - 0.5 * 30 / 60
    assert row.measures == {"bought": 1, "seconds": 30, "complaints": 2}
    assert fold(experiment, now=NOON) == 1


@pytest.mark.django_db
def test_the_least_of_several_lets_none_make_up_for_another() -> None:
    experiment = shopping(reward={"kind": "chebyshev", "weights": {"bought": 1, "seconds": 0.5}})
    sent(experiment, bought=True, seconds=45)
    sent(experiment, bought=False, seconds=0)

    assert list(Reward.objects.order_by("pk").values_list("value", flat=True)) == [0.5 * 15 / 60, 0]
    assert fold(experiment, now=NOON) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("measures", "sentence"),
    [
        ({"bought": 1}, "“seconds” is missing"),
        ({"bought": 1, "seconds": 61}, "“seconds” lies between 0 and 60"),
        ({"bought": 1, "seconds": 5, "complaints": 10}, "“complaints” lies between 0 and 9"),
        ({"bought": 1, "seconds": 5, "remark": "soup"}, "no measure “remark” of a number"),
        ({"bought": 1, "seconds": 5, "colour": 1}, "no measure “colour”"),
        ({}, "Nothing came with it"),
    ],
)
def test_measures_that_do_not_fit_are_refused_and_nothing_is_kept(measures: JsonObject, sentence: str) -> None:
    with pytest.raises(BadValue, match=sentence):
        sent(shopping(), **measures)

    assert not Reward.objects.exists()


@pytest.mark.django_db
def test_a_plain_value_is_of_the_primary_measure_and_a_guardrail_comes_with_it() -> None:
    experiment = make_learner(measures=MEASURES)
    decision, _ = decide(experiment, Asked(), now=NOON)

    assert reward(experiment, Sent(decision.uuid, True, measures={"complaints": 1}), now=NOON)
    assert not reward(experiment, Sent(decision.uuid, measures={"bought": 1, "complaints": 1}), now=NOON)
    with pytest.raises(Conflict, match="another reward"):
        reward(experiment, Sent(decision.uuid, True), now=NOON)
    with pytest.raises(BadValue, match="twice"):
        reward(experiment, Sent(decision.uuid, True, measures={"bought": 0}), now=NOON)
    assert Reward.objects.get().measures == {"bought": 1, "complaints": 1}


@pytest.mark.django_db
def test_a_declared_stand_in_counts_for_a_measure_that_did_not_come() -> None:
    decision = sent(
        shopping(reward={"weights": {"bought": 1, "seconds": 0.5}, "missing": {"seconds": 60}}), bought=True
    )

    assert Reward.objects.get(decision=decision).value == 0.5


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ({"weights": {}}, "a weight other than 0"),
        ({"weights": {"complaints": 1}}, "“complaints” is a guardrail"),
        ({"weights": {"visits": 1}}, "“visits” needs low and high"),
        ({"weights": {"remark": 1}}, "There is no measure “remark” of a number"),
        ({"weights": {"seconds": -1}}, "“seconds” has a direction, down"),
        ({"weights": {"bought": 1}, "missing": {"bought": 2}}, "missing.bought must be a number from 0 to 1"),
        ({"weights": {"bought": 1}, "missing": {"seconds": 2}}, "seconds has no weight"),
        ({"weights": {"bought": 1}, "kind": "product"}, "kind must be one of weighted, chebyshev"),
        ({"weights": {"bought": 1}, "colour": 2}, "colour is not part of a reward"),
        (3, "a mapping with weights"),
    ],
)
def test_a_combination_that_cannot_be_is_said_before_it_opens(declared: Json, sentence: str) -> None:
    allocation: Json = {"policy": "ucb1", "reward": declared}
    definition = make_definition(allocation=allocation, unit_kind="visitor", measures=MEASURES)
    (found,) = arms_can_be_handed_out(definition)

    assert sentence in found
