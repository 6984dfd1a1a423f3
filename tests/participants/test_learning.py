"""People in an experiment that learns: drawn from the state in force, rewarded by what was measured of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from bandits.models import Decision, PolicyState, Reward
from bandits.policies.adaptive import State
from bandits.services.deciding import Asked, decide
from bandits.services.excluding import include_decisions
from bandits.services.folding import fold, fold_all
from bandits.services.halting import halt_policy
from experiments.errors import Conflict, Full
from experiments.models import Assignment, Event, Experiment, Slot
from experiments.services.versions import publish_version
from experiments.types import Json
from participants.capability import token_of
from participants.models import Session
from participants.services.leaving import DataChoice, return_session, withdraw
from tests.factories import STEPS, answer, make_experiment, make_session
from tests.studies import NOON

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
CHECK: Json = {
    "name": "attention",
    "components": [
        {
            "kind": "choice",
            "name": "sky",
            "props": {"label": "Choose “green”.", "options": ["blue", "green"]},
            "correct": "green",
            "check": "attention",
        }
    ],
}
AGE: Json = {
    "name": "age",
    "stage": "screening",
    "components": [{"kind": "number", "name": "age", "attribute": "age", "props": {"label": "Your age?"}}],
}


def adaptive(*, steps: list[Json] = STEPS, target: int = 100, arms: Json = (), **say: Json) -> Experiment:
    allocation: Json = {"policy": "thompson_bernoulli", "reward_window_seconds": 3600, "default_reward": 0, **say}
    return make_experiment(steps=steps, target=target, allocation=allocation, arms=list(arms))  # type: ignore[arg-type]


def learnt(experiment: Experiment) -> State:
    row = PolicyState.objects.of(experiment, is_rehearsal=False).newest()
    assert row is not None
    return State.parse(dict(row.statistics))  # type: ignore[arg-type]  # an object


def test_somebody_who_enters_gets_an_arm_from_the_state_in_force_with_a_decision_beside_the_place() -> None:
    session = make_session(adaptive(), now=NOON)
    decision, assignment = Decision.objects.get(), Assignment.objects.get()

    assert (decision.unit_id, decision.arm_id) == (session.unit_id, assignment.arm_id)
    assert decision.propensity == assignment.propensity == 0.5
    assert (assignment.policy, assignment.policy_version) == ("thompson_bernoulli", "1")
    assert decision.due == NOON + HOUR
    assert Slot.objects.get(unit=session.unit).status == Slot.Status.LEASED


def test_what_was_measured_is_learnt_once_the_session_is_complete_and_not_before() -> None:
    experiment = adaptive()
    session = make_session(experiment, pages=2, now=NOON)
    assert fold(experiment, now=NOON + timedelta(minutes=1)) == 0

    answer(session, now=NOON + timedelta(minutes=2))
    assert fold_all(now=NOON + timedelta(minutes=3)) == 1
    assert fold_all(now=NOON + 2 * HOUR) == 0
    reward, score = Reward.objects.get(), session.unit.measurements.get().number
    assert (reward.value, reward.measures, reward.is_default) == (score, {"score": score}, False)
    assert learnt(experiment).of(reward.decision.arm.name).n == 1


def test_arms_that_earn_more_get_more_people() -> None:
    experiment = adaptive(burn_in=2)
    good = experiment.arms.order_by("name").first()
    assert good is not None
    for step in range(40):
        now = NOON + timedelta(minutes=step)
        session = make_session(experiment, pages=1, now=now)
        assert session.assignment is not None
        session = answer(session, now=now, score=95 if session.assignment.arm_id == good.pk else 5)
        answer(session, now=now)
        fold(experiment, now=now)

    assert Assignment.objects.filter(arm=good).count() > 28
    assert learnt(experiment).folded == 40
    assert max(Decision.objects.values_list("propensity", flat=True)) > 0.9


def test_who_drops_out_counts_the_default_when_due_and_the_place_is_drawn_anew() -> None:
    experiment = adaptive(target=1)
    session = make_session(experiment, now=NOON)
    with pytest.raises(Full):
        make_session(experiment, now=NOON)
    return_session(token_of(session.uuid), now=NOON)
    other = make_session(experiment, pages=None, now=NOON)

    assert Session.objects.get(pk=other.pk).status == Session.Status.COMPLETED
    assert fold_all(now=NOON + timedelta(minutes=1)) == 1
    assert fold_all(now=NOON + HOUR + timedelta(minutes=1)) == 1
    assert Reward.objects.get(is_default=True).decision.unit_id == session.unit_id
    assert Decision.objects.count() == 2


def test_an_arm_whose_quota_is_full_gets_nobody_and_the_others_share_its_chance() -> None:
    experiment = adaptive(arms=({"levels": {"frame": "plain"}, "quota": 1},))
    for _ in range(12):
        make_session(experiment, now=NOON)

    plain = Assignment.objects.filter(arm__name="plain")
    assert plain.count() <= 1
    assert Assignment.objects.order_by("pk").last().propensity == 1  # type: ignore[union-attr]  # there are twelve


def test_during_a_halt_whose_arm_is_full_nobody_gets_another_one() -> None:
    experiment = adaptive(arms=({"levels": {"frame": "plain"}, "quota": 1},))
    halt_policy(experiment, to="plain", now=NOON)
    make_session(experiment, now=NOON)
    with pytest.raises(Full):
        make_session(experiment, now=NOON)

    assert Assignment.objects.get().arm.name == "plain"
    assert Decision.objects.count() == 1


def test_who_fails_the_attention_check_is_paid_attention_but_not_learnt_from() -> None:
    experiment = adaptive(steps=[CHECK, *STEPS])
    session = make_session(experiment, now=NOON)
    session = answer(session, now=NOON, sky="blue")
    while session.is_under_way:
        session = answer(session, now=NOON)

    assert session.status == Session.Status.COMPLETED
    assert Decision.objects.get().excluded == "failed checks"
    assert fold_all(now=NOON) == fold_all(now=NOON + 2 * HOUR) == 0
    assert not Reward.objects.exists()


def test_who_came_before_the_policy_learnt_and_fails_the_check_teaches_nothing_either() -> None:
    experiment = make_experiment(steps=[AGE, CHECK, *STEPS])
    session = make_session(experiment, now=NOON)
    Experiment.objects.filter(pk=experiment.pk).update(allocation={"policy": "thompson_bernoulli"})
    publish_version(experiment)
    while session.is_under_way:
        session = answer(session, now=NOON, sky="blue")

    assert session.status == Session.Status.COMPLETED
    assert Decision.objects.get().excluded == "failed checks"


def test_an_allocation_may_let_failed_checks_pass() -> None:
    experiment = adaptive(steps=[CHECK, *STEPS], most_failed_checks=None)
    session = answer(make_session(experiment, now=NOON), now=NOON, sky="blue")
    while session.is_under_way:
        session = answer(session, now=NOON)

    assert fold_all(now=NOON) == 1


def test_who_is_screened_out_after_they_got_an_arm_teaches_nothing() -> None:
    out: Json = {"when": {"answers.score": {"<": 101}}, "message": "Thank you."}
    rating: Json = {**STEPS[1], "screen_out": out}  # type: ignore[dict-item]  # a step is a mapping
    session = make_session(adaptive(steps=[STEPS[0], rating, STEPS[2]]), pages=2, now=NOON)

    assert session.status == Session.Status.SCREENED_OUT
    assert Decision.objects.get().excluded == "screened out"
    assert fold_all(now=NOON + 2 * HOUR) == 0


def test_who_withdraws_their_data_is_unlearnt() -> None:
    experiment = adaptive()
    session, other = (make_session(experiment, pages=None, now=NOON) for _ in range(2))
    fold(experiment, now=NOON + HOUR / 2)
    withdraw(token_of(session.uuid), DataChoice.DELETE, now=NOON + HOUR / 2)
    fold(experiment, now=NOON + HOUR / 2)
    mine = Reward.objects.get(decision__unit=session.unit)

    assert (mine.value, mine.measures, mine.folded_in, mine.decision.context) == (0, {}, 0, {})
    assert learnt(experiment).folded == 1
    assert learnt(experiment).of(Decision.objects.get(unit=other.unit).arm.name).n == 1


def test_who_came_before_the_policy_learnt_and_withdraws_is_unlearnt_too() -> None:
    experiment = make_experiment(steps=[AGE, *STEPS])
    session = make_session(experiment, now=NOON)
    Experiment.objects.filter(pk=experiment.pk).update(allocation={"policy": "thompson_bernoulli"})
    publish_version(experiment)
    while session.is_under_way:
        session = answer(session, now=NOON)
    fold_all(now=NOON)
    assert learnt(experiment).folded == 1
    withdraw(token_of(session.uuid), DataChoice.DELETE, now=NOON)
    fold(Experiment.objects.get(pk=experiment.pk), now=NOON)

    assert learnt(experiment).folded == 0
    assert (Reward.objects.get().value, Reward.objects.get().measures) == (0, {})


@pytest.mark.parametrize("sky", ["green", "blue"], ids=["learnt", "failed"])
def test_who_withdrew_stays_left_out_whoever_takes_exclusions_back(sky: str) -> None:
    experiment = adaptive(steps=[CHECK, *STEPS])
    session = answer(make_session(experiment, now=NOON), now=NOON, sky=sky)
    while session.is_under_way:
        session = answer(session, now=NOON)
    fold(experiment, now=NOON)
    withdraw(token_of(session.uuid), DataChoice.DELETE, now=NOON)
    decision = Decision.objects.get()

    assert include_decisions(experiment, [decision.uuid], now=NOON).changed == 0
    fold(experiment, now=NOON)
    fold(experiment, now=NOON + 2 * HOUR)
    assert Decision.objects.get().excluded == "withdrawn"
    assert not Reward.objects.filter(folded_in__gt=0).exists()


def test_attributes_are_the_context_of_a_contextual_policy() -> None:
    features: Json = [{"constant": 1}, {"attribute": "age", "low": 20, "high": 60}]
    experiment = adaptive(steps=[AGE, *STEPS], policy="linucb", features=features, floor=0.1)
    session = make_session(experiment, now=NOON)
    session = answer(session, now=NOON, age=30)
    while session.is_under_way:
        session = answer(session, now=NOON)

    decision = Decision.objects.get()
    assert decision.context == {"age": 30}
    assert fold_all(now=NOON + timedelta(minutes=1)) == 1
    model = learnt(experiment).models[decision.arm.name]
    assert (model.moment / Reward.objects.get().value).tolist() == [1, 0.25]


def test_an_index_policy_counts_those_under_way() -> None:
    experiment = adaptive(policy="ucb1")
    for step in range(2):
        session = make_session(experiment, pages=None, now=NOON + timedelta(seconds=step))
        Decision.objects.filter(unit=session.unit).update(arm=experiment.arms.order_by("name")[step])
    fold(experiment, now=NOON + timedelta(minutes=1))
    chances = []
    for _ in range(6):
        make_session(experiment, now=NOON + timedelta(minutes=2))
        chances.append(Decision.objects.order_by("-pk")[0].propensity)

    assert chances[0] == 1
    assert any(0 < chance < 1 for chance in chances)
    assert list(Decision.objects.order_by("pk").values_list("among", flat=True)) == [1, 1, 1, 2, 3, 4, 5, 6]


def test_nobody_decides_for_people_from_outside() -> None:
    experiment = adaptive()
    with pytest.raises(Conflict, match="as they enter"):
        decide(experiment, Asked(), now=NOON)

    assert not Decision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_people_who_come_at_once_hold_no_place_too_many_and_have_one_decision_each() -> None:
    experiment = adaptive(target=8)

    def come(_: int) -> bool:
        try:
            make_session(experiment, pages=None, now=NOON)
        except Full:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(12) as pool:
        came = sum(pool.map(come, range(12)))

    assert came == Decision.objects.count() == Assignment.objects.count() == 8
    assert set(Decision.objects.values_list("unit", "arm")) == set(Assignment.objects.values_list("unit", "arm"))
    assert fold_all(now=NOON + HOUR / 2) == learnt(experiment).folded == 8


@pytest.mark.django_db(transaction=True)
def test_a_server_killed_while_it_assigns_leaves_neither_place_nor_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = adaptive()

    class Killed(BaseException):
        """As a process that is no more."""

    def stop(*_: object, **__: object) -> None:
        raise Killed

    monkeypatch.setattr(Assignment.objects, "create", stop)
    with pytest.raises(Killed):
        make_session(experiment, now=NOON)
    monkeypatch.undo()

    assert not any(model.objects.exists() for model in (Decision, Slot, Assignment, Session))
    assert not Event.objects.filter(kind="unit.assigned").exists()
    make_session(experiment, now=NOON)
    assert Decision.objects.count() == Slot.objects.count() == 1
