"""Decisions: drawn from the state's own chances, stored once, the same for the same key."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bandits.errors import NotOpen
from bandits.learning import learning_of
from bandits.models import Decision, PolicyState
from bandits.services.deciding import Asked, decide, decide_many, draw
from bandits.services.decision_rows import WRITTEN
from bandits.services.folding import fold
from bandits.services.identity import hint_in, new_identity
from bandits.services.rewarding import Sent, reward
from bandits.services.states import STALE, Held, state_in
from experiments.errors import BadValue, Conflict
from experiments.models import Arm, Experiment, Status
from experiments.services.lifecycle import pause_experiment
from experiments.types import Json
from tests.factories import make_experiment
from tests.learners import make_learner
from tests.studies import NOON

pytestmark = pytest.mark.django_db


def teach(experiment: Experiment, n: int = 20) -> None:
    """Rewards for the plain arm, none for the other; folded."""
    for _ in range(n):
        decision, _ = decide(experiment, Asked(), now=NOON)
        reward(experiment, Sent(decision.uuid, decision.arm.name == "plain"), now=NOON)
    fold(experiment, now=NOON)


def held_by(decision: Decision) -> Held:
    """The state that a decision names, read from its row."""
    row = PolicyState.objects.get(experiment=decision.experiment, number=decision.policy_version)
    arms = dict(Arm.objects.filter(experiment=decision.experiment).values_list("name", "pk"))
    return Held(row.number, row.version_id, learning_of(row.version_id), state_in(row), arms, NOON)


def test_the_stored_propensity_is_the_policys_own_and_the_arm_can_be_drawn_again() -> None:
    experiment = make_learner()
    teach(experiment)
    made = decide_many(experiment, [Asked() for _ in range(50)], now=NOON + 2 * STALE)

    for decision, is_new in made:
        held = held_by(decision)
        again = draw(held, experiment, Asked(), identity=decision.uuid, now=decision.decided_at)
        assert is_new
        assert held.learning.policy.probabilities(held.state, held.learning.arms).chances[decision.arm.name] == (
            decision.propensity
        )
        assert (again.arm_id, again.propensity) == (decision.arm_id, decision.propensity)
    assert {decision.policy_version for decision, _ in made} == {2}
    assert {decision.propensity for decision, _ in made} != {0.5}


def test_the_same_key_is_the_same_decision_also_after_closing_and_another_visitor_is_refused_then() -> None:
    experiment = make_learner()
    first, is_new = decide(experiment, Asked("device-18"), now=NOON)
    again, is_new_again = decide(experiment, Asked("device-18"), now=NOON)
    closed = pause_experiment(experiment)
    after, _ = decide(closed, Asked("device-18"), now=NOON)

    assert (is_new, is_new_again) == (True, False)
    assert first.uuid == again.uuid == after.uuid
    with pytest.raises(NotOpen):
        decide(closed, Asked("device-19"), now=NOON)
    assert Decision.objects.count() == 1


def test_a_key_that_stands_twice_in_one_request_is_decided_once() -> None:
    experiment = make_learner()
    (first, _), (second, _), (other, _) = decide_many(experiment, [Asked("a"), Asked("a"), Asked("b")], now=NOON)

    assert first.uuid == second.uuid != other.uuid
    assert Decision.objects.count() == 2


def test_without_a_key_a_decision_is_one_insert() -> None:
    experiment = make_learner()
    decide(experiment, Asked(), now=NOON)
    decide(experiment, Asked(), now=NOON)
    with CaptureQueriesContext(connection) as captured:
        decide(experiment, Asked(), now=NOON)

    (said,) = [each["sql"].split() for each in captured]
    assert said[:2] == ["EXECUTE", "machina_decide"]  # an INSERT that was planned before


def test_with_a_key_it_is_one_statement_whether_the_key_is_new_or_known() -> None:
    experiment = make_learner()
    decide(experiment, Asked(), now=NOON)
    decide(experiment, Asked("device-17"), now=NOON)  # planned once for each connection
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            decide(experiment, Asked("device-18"), now=NOON)
        assert len(captured) == 1


def test_behind_a_pooler_nothing_is_prepared_and_all_is_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    experiment = make_learner()
    with CaptureQueriesContext(connection) as captured:
        first, is_new = decide(experiment, Asked("100 % sure", {"page": "menü"}), now=NOON)
        again, is_new_again = decide(experiment, Asked("100 % sure"), now=NOON)
        other, _ = decide(experiment, Asked(), now=NOON)
        reward(experiment, Sent(first.uuid, True), now=NOON)

    assert not [each["sql"] for each in captured if each["sql"].startswith(("PREPARE", "EXECUTE"))]
    assert (is_new, is_new_again, first.pk) == (True, False, again.pk)
    assert again.context == {"page": "menü"}
    assert Decision.objects.count() == 2
    assert other.key == ""


def test_every_column_of_a_decision_is_written_and_read_by_hand() -> None:
    assert {"id", "experiment_id", *WRITTEN} == {column.attname for column in Decision._meta.concrete_fields}


def test_an_instance_that_is_out_of_date_decides_nothing_by_it() -> None:
    experiment = make_learner()
    decide(experiment, Asked("a"), now=NOON)
    pause_experiment(Experiment.objects.get())
    with pytest.raises(NotOpen):
        decide_many(experiment, [Asked("a"), Asked("b")], now=NOON)

    assert Decision.objects.count() == 1
    assert experiment.status == "paused"


def test_ids_of_decisions_follow_their_time() -> None:
    ids = [new_identity(NOON + timedelta(seconds=n), experiment=n) for n in range(50)]

    assert ids == sorted(ids)
    assert {(each.version, each.variant) for each in ids} == {(7, uuid.RFC_4122)}
    assert len({new_identity(NOON, experiment=1) for _ in range(1000)}) == 1000
    assert hint_in(new_identity(NOON, experiment=4096 * 7 + 18)) == 18


def test_the_state_in_use_is_never_older_than_two_seconds() -> None:
    experiment = make_learner()
    teach(experiment)
    decide(experiment, Asked(), now=NOON + timedelta(minutes=1))
    older, _ = decide(experiment, Asked(), now=NOON + timedelta(minutes=1))
    reward(experiment, Sent(older.uuid, True), now=NOON + timedelta(minutes=1))
    fold(experiment, now=NOON + timedelta(minutes=1))

    before, _ = decide(experiment, Asked(), now=NOON + timedelta(minutes=1) + STALE - timedelta(milliseconds=1))
    after, _ = decide(experiment, Asked(), now=NOON + timedelta(minutes=1) + STALE)
    assert (before.policy_version, after.policy_version) == (2, 3)


def test_a_contextual_policy_looks_at_the_features_and_refuses_others() -> None:
    experiment = make_learner(policy="linucb", dimension=2)
    good: Json = {"features": [1, 0.5], "page": "home"}
    decision, _ = decide(experiment, Asked(context={"features": [1, 0.5], "page": "home"}), now=NOON)
    reward(experiment, Sent(decision.uuid, True), now=NOON)
    fold(experiment, now=NOON)

    assert Decision.objects.get().context == good
    for bad in ({}, {"features": [1]}, {"features": ["a", 1]}, {"features": {"plain": [1, 1]}}, {"features": [1e9, 1]}):
        with pytest.raises(BadValue):
            decide(experiment, Asked(context=bad), now=NOON)  # type: ignore[arg-type]  # what callers may send
    assert Decision.objects.count() == 1
    assert "models" in dict(PolicyState.objects.get(number=2).statistics)  # type: ignore[arg-type]  # an object


def test_an_experiment_with_a_fixed_policy_decides_nothing() -> None:
    experiment = make_experiment()
    with pytest.raises(Conflict, match="learns nothing"):
        decide(experiment, Asked(), now=NOON)

    assert not Decision.objects.exists()
    assert not PolicyState.objects.exists()


def test_a_state_never_changes() -> None:
    decide(make_learner(), Asked(), now=NOON)
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        PolicyState.objects.update(number=7)

    assert PolicyState.objects.get().number == 1


def test_a_rehearsal_teaches_the_real_run_nothing() -> None:
    experiment = make_learner(status="rehearsal")
    teach(experiment)
    Experiment.objects.update(status=Experiment.Status.RUNNING)
    experiment.refresh_from_db()
    decision, _ = decide(experiment, Asked(), now=NOON)

    assert (decision.is_rehearsal, decision.policy_version, decision.propensity) == (False, 1, 0.5)
    assert held_by_number(experiment, is_rehearsal=True) == 2


def held_by_number(experiment: Experiment, *, is_rehearsal: bool) -> int:
    row = PolicyState.objects.of(experiment, is_rehearsal=is_rehearsal).newest()
    assert row is not None
    return row.number


def test_every_id_gives_its_own_draw_and_the_draws_follow_the_chances() -> None:
    experiment = make_learner()
    teach(experiment)
    decision, _ = decide(experiment, Asked(), now=NOON + 2 * STALE)
    held = held_by(decision)
    drawn = [draw(held, experiment, Asked(), identity=uuid.UUID(int=n), now=NOON) for n in range(4000)]

    plain = sum(each.arm_id == held.arms["plain"] for each in drawn) / len(drawn)
    assert abs(plain - held.table.chances["plain"]) < 0.03


@pytest.mark.parametrize(
    ("status", "standing", "way_on"),
    [
        (Status.DRAFT, "a draft", "Start or rehearse it."),
        (Status.PAUSED, "paused", "Start it again."),
        (Status.COMPLETED, "completed", "Duplicate it to go on."),
        (Status.ARCHIVED, "archived", "Duplicate it to go on."),
    ],
)
def test_what_is_closed_says_what_can_be_done_from_there(status: str, standing: str, way_on: str) -> None:
    experiment = make_learner()
    experiment.title, experiment.status = "Offer", status
    with pytest.raises(NotOpen) as refused:
        decide(experiment, Asked(), now=NOON)

    assert refused.value.message == f"“Offer” is {standing} and lets nobody in."
    assert refused.value.hint == way_on
    assert not Decision.objects.exists()
