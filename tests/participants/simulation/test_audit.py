"""The audit finds what it is there to find: answers that are missing, changed or double, and places that are lost."""

from __future__ import annotations

import pytest
from django.utils import timezone

from bandits.models import Decision, Reward
from bandits.services.folding import fold
from experiments.models import Experiment, Slot
from participants.models import Interaction, Session, Trial
from participants.simulation.audit import astray, audit, lost, twice
from participants.simulation.audit_learning import mislearnt
from participants.simulation.ledger import Fields, Ledger
from tests.factories import make_experiment, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def experiment() -> Experiment:
    return make_experiment()


@pytest.fixture
def session(experiment: Experiment) -> Session:
    return make_session(experiment, pages=None)


def ledger_of(session: Session) -> Ledger:
    """What somebody's browser would have noted, had it been there."""
    ledger = Ledger()
    ledger.enter(session.entry_key, session.uuid)
    for trial in Trial.objects.filter(session=session):
        ledger.acknowledge(session.uuid, trial.nonce, [sent(trial)])
    return ledger


def sent(trial: Trial) -> Fields:
    assert isinstance(trial.answer, dict)
    return {name: [str(value)] for name, value in trial.answer.items() if value is not None}


def test_when_all_is_there_nothing_is_wrong(experiment: Experiment, session: Session) -> None:
    found = audit(experiment, ledger_of(session))

    assert found.problems == ()
    assert found.sessions == {"completed": 1}
    assert sum(cell.completed for cell in found.cells) == 1
    assert found.acknowledged == 1 + 3


def test_a_missing_answer_is_found(session: Session) -> None:
    ledger = ledger_of(session)
    Trial.objects.filter(session=session, step="rating").delete()

    assert [problem for problem in lost(ledger) if "not there" in problem]


def test_an_answer_that_is_not_the_one_sent_is_found(session: Session) -> None:
    ledger = ledger_of(session)
    Trial.objects.filter(session=session, step="rating").update(answer={"score": -1})

    assert [problem for problem in lost(ledger) if "not the one that was sent" in problem]


def test_a_missing_interaction_is_found(session: Session) -> None:
    ledger = ledger_of(session)
    ledger.acknowledge_outbox(session.uuid, [1, 2])
    Interaction.objects.create(session=session, seq=1, kind="focus", at_ms=1, received_at=session.entered_at)

    assert list(lost(ledger)) == [f"session {session.uuid}: interaction 2 was acknowledged and is not there"]


def test_a_missing_session_is_found(session: Session) -> None:
    ledger = ledger_of(session)
    Session.objects.filter(pk=session.pk).delete()

    assert any("entered and is not there" in problem for problem in lost(ledger))


def test_a_page_that_was_answered_twice_is_found(session: Session) -> None:
    again = Trial.objects.filter(session=session).earliest("pk")
    again.pk, again.nonce = None, "another"
    again.save(force_insert=True)

    assert list(twice(ledger_of(session))) == [f"session {session.uuid}: page 0 was answered 2 times"]


def test_a_place_leased_to_somebody_who_has_gone_is_found(experiment: Experiment) -> None:
    gone = make_session(experiment, pages=1)
    Session.objects.filter(pk=gone.pk).update(status=Session.Status.TIMED_OUT)

    assert list(astray(experiment)) == ["place 0 of “” is leased to nobody who is under way"]


def test_somebody_without_a_place_is_found(experiment: Experiment) -> None:
    here = make_session(experiment, pages=1)
    Slot.objects.filter(unit=here.unit).update(status=Slot.Status.OPEN, unit=None)

    assert list(astray(experiment)) == [f"unit {here.unit_id} has no leased place"]


def test_more_places_than_the_target_are_found(experiment: Experiment, session: Session) -> None:
    arm = Slot.objects.filter(unit=session.unit).values_list("arm", flat=True).get()
    Slot.objects.filter(experiment=experiment, unit=None).delete()
    Slot.objects.bulk_create(
        Slot(
            experiment=experiment,
            position=position,
            arm_id=arm,
            propensity=0.5,
            status=Slot.Status.LEASED,
            leased_until=session.seen_at,
        )
        for position in range(1000, 1101)
    )

    assert any("above the target of 100" in problem for problem in astray(experiment))


def test_what_was_decided_and_learnt_differently_is_found() -> None:
    learner = make_experiment(allocation={"policy": "ucb1", "default_reward": 0})
    sessions = [make_session(learner, pages=None) for _ in range(3)]
    assert [problem for problem in mislearnt(learner) if "completed and has no reward" in problem]
    fold(learner, now=timezone.now())
    assert list(mislearnt(learner)) == []

    Decision.objects.filter(unit=sessions[0].unit).update(propensity=0.125)
    Reward.objects.filter(decision__unit=sessions[1].unit).update(value=0.5)
    found = list(mislearnt(learner))
    assert len(found) == 2
    assert "another arm or chance" in found[0]
    assert "is not what the log of 3 rewards gives" in found[1]
