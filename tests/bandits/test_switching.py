"""A new policy goes live only if the running one's log says that it is better."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from bandits.errors import CannotJudge, Guarded
from bandits.models import PolicyState, Switch
from bandits.services.ramping import start_switch
from bandits.services.switching import stop_switch
from bandits.verdict import Verdict
from experiments.errors import BadValue, Conflict, NotReady
from experiments.models import Event, Experiment, Version
from experiments.services.lifecycle import pause_experiment
from experiments.services.versions import publish_version, unpublished_changes
from experiments.types import Json
from tests.bandits.switched import GREEDY, MINUTE, UNIFORM, make_logged, newest, proposed
from tests.factories import make_experiment
from tests.studies import NOON

pytestmark = pytest.mark.django_db


def numbers_of(switch: Switch) -> Verdict:
    return Verdict.parse(Switch.objects.get(pk=switch.pk).numbers)


def test_a_better_policy_may_be_started_and_says_by_how_much() -> None:
    switch = proposed(make_logged((0.2, 0.8), n=600))
    numbers = numbers_of(switch)

    assert (switch.status, switch.number) == ("proposed", 1)
    assert 0 < numbers.lower < numbers.difference < numbers.upper
    assert numbers.candidate == pytest.approx(0.77, abs=0.1)
    assert numbers.running == pytest.approx(0.5, abs=0.1)
    assert numbers.sentence.endswith("That is above 0.")
    assert numbers.decisions == 570  # the first of twenty blocks only teaches
    event = Event.objects.get(kind="switch.proposed")
    assert event.payload["lower"] == numbers.lower  # type: ignore[index,call-overload]  # an object


def test_one_that_is_not_better_is_refused_with_the_numbers_and_changes_nothing() -> None:
    experiment = make_logged((0.5, 0.5), n=600)
    before = (Version.objects.count(), PolicyState.objects.count(), Experiment.objects.get().allocation)
    switch = proposed(experiment)

    assert switch.status == "refused"
    assert switch.ended_for == numbers_of(switch).sentence
    assert "not above 0, so it stays out" in switch.ended_for
    assert (Version.objects.count(), PolicyState.objects.count(), Experiment.objects.get().allocation) == before
    with pytest.raises(Conflict, match="refused"):
        start_switch(switch, now=NOON + MINUTE)
    assert newest(experiment).beside is None


def test_asking_often_makes_it_no_easier() -> None:
    experiment = make_logged((0.2, 0.8), n=600)
    first = numbers_of(proposed(experiment))
    second = numbers_of(proposed(experiment))

    assert (first.looks, second.looks) == (1, 2)
    assert [first.level, second.level] == [pytest.approx(1 - 0.05 / 2), pytest.approx(1 - 0.05 / 6)]
    assert second.lower < first.lower


def test_a_short_log_judges_nothing() -> None:
    with pytest.raises(CannotJudge, match="There are 60 decisions with a reward"):
        proposed(make_logged((0.2, 0.8), n=60))
    assert not Switch.objects.exists()


def test_without_a_range_nothing_could_be_promised() -> None:
    measures = [{"name": "earned", "kind": "number", "role": "primary"}]
    experiment = make_logged((0.2, 0.8), n=120, measures=measures, policy="uniform")
    with pytest.raises(CannotJudge, match="“earned” has no low and high"):
        proposed(experiment, {"policy": "thompson_gaussian"})


@pytest.mark.parametrize(
    ("allocation", "error", "sentence"),
    [
        (UNIFORM, Conflict, "the policy that runs already"),
        ({"policy": "permuted_blocks"}, Conflict, "does not learn"),
        ({"policy": "epsilon_gredy"}, NotReady, "epsilon_greedy"),
        ({"policy": "epsilon_greedy", "epsilon": 2}, NotReady, "epsilon"),
        ({"policy": "epsilon_greedy", "default_reward": 1}, Conflict, "means another reward"),
    ],
)
def test_what_cannot_be_a_candidate_is_said(allocation: Json, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        proposed(make_logged((0.2, 0.8), n=120), allocation)
    assert not Switch.objects.exists()


def test_what_learns_nothing_and_what_is_closed_is_not_switched() -> None:
    paused = make_logged((0.2, 0.8), n=120)
    pause_experiment(paused)
    for experiment in (make_experiment(unit_kind="visitor", status="running"), paused):
        with pytest.raises(Conflict):
            proposed(experiment)


def test_a_confidence_is_between_a_half_and_one() -> None:
    experiment = make_logged((0.2, 0.8), n=120)
    for confidence in (0.2, 1.0):
        with pytest.raises(BadValue, match="confidence"):
            proposed(experiment, confidence=confidence)


def test_what_was_edited_in_the_tables_is_the_candidate_when_none_is_named() -> None:
    experiment = make_logged((0.2, 0.8), n=600)
    Experiment.objects.update(allocation={**UNIFORM, **GREEDY})  # type: ignore[dict-item]  # JSON
    switch = proposed(experiment, None)

    assert switch.allocation["epsilon"] == 0.1  # type: ignore[index,call-overload]  # an object


def test_a_reason_lets_it_in_without_the_numbers_and_is_kept() -> None:
    switch = proposed(make_logged((0.5, 0.5), n=600), because="The lawyers want it.")

    assert (switch.status, switch.because) == ("proposed", "The lawyers want it.")
    event = Event.objects.get(kind="switch.proposed")
    assert event.payload["because"] == "The lawyers want it."  # type: ignore[index,call-overload]  # an object


def test_publishing_another_policy_over_one_that_has_learnt_is_refused() -> None:
    experiment = make_logged((0.2, 0.8), n=120)
    Experiment.objects.update(allocation={**UNIFORM, **GREEDY})  # type: ignore[dict-item]  # JSON
    with pytest.raises(Guarded, match="unjudged"):
        publish_version(Experiment.objects.get())
    assert Version.objects.filter(experiment=experiment).count() == 1

    Experiment.objects.update(allocation=UNIFORM, target=500)
    assert publish_version(Experiment.objects.get()).number == 2


def test_a_rehearsal_may_publish_what_it_likes() -> None:
    experiment = make_logged((0.2, 0.8), n=120)
    Experiment.objects.update(status="rehearsal", allocation={**UNIFORM, **GREEDY})  # type: ignore[dict-item]  # JSON

    assert publish_version(experiment).number == 2


def test_a_withdrawn_proposal_cannot_be_started() -> None:
    experiment = make_logged((0.2, 0.8), n=600)
    switch = stop_switch(stop_switch(proposed(experiment), "No.", now=NOON + MINUTE), "No.", now=NOON + MINUTE)

    assert Event.objects.filter(kind="switch.stopped").count() == 1
    with pytest.raises(Conflict, match="stopped"):
        start_switch(switch, now=NOON + MINUTE)
    assert unpublished_changes(Experiment.objects.get()) == ()


def test_the_database_keeps_what_was_asked_and_found() -> None:
    switch = proposed(make_logged((0.2, 0.8), n=600))
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        Switch.objects.update(confidence=0.6)
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        Switch.objects.update(numbers={})
    assert numbers_of(switch).is_better
