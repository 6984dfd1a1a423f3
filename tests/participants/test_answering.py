"""Checks, time limits, screening, conditions and languages: what happens after an answer."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from bandits.errors import NotOpen
from experiments.models import Measurement, Slot, Unit
from experiments.services.lifecycle import start_experiment
from experiments.types import Json
from participants.capability import token_of
from participants.errors import AlreadyTookPart, ConsentMissing, SessionOver
from participants.models import Participant, Session, Trial
from participants.reads import current_page
from participants.services.answering import Sent, Turned, answer_page
from participants.services.entering import enter
from participants.services.leaving import return_session
from tests.studies import NOON, STEPS, enter_session, entry, make_experiment, running

pytestmark = pytest.mark.django_db

CHECK: dict[str, Json] = {
    "kind": "choice",
    "name": "check",
    "check": "comprehension",
    "correct": "b",
    "props": {"label": "Which?", "options": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]},
}
AGE: dict[str, Json] = {"kind": "number", "name": "age", "attribute": "age", "props": {"label": "How old are you?"}}


def page(*components: Json, **more: Json) -> dict[str, Json]:
    return {"name": "first", "title": "First", "components": list(components), **more}


def send(session: Session, *, now: datetime = NOON, timed_out: bool = False, **fields: str) -> Turned:
    session.refresh_from_db()
    client: dict[str, Json] = {"timed_out": True} if timed_out else {}
    sent = Sent(session.nonce, {name: [value] for name, value in fields.items()}, client)
    turned = answer_page(token_of(session.uuid), sent, now=now)
    session.refresh_from_db()
    return turned


def test_a_missed_check_may_be_tried_again() -> None:
    session = enter_session(running(steps=[page(CHECK, attempts=2), *STEPS]))

    assert send(session, check="a").page is not None
    assert session.position == 0
    assert send(session, check="b").page is None

    assert session.position == 1
    assert list(Trial.objects.values_list("outcome", "attempt")) == [("failed", 0), ("answered", 1)]
    assert session.checks_failed == 0


def test_the_last_missed_attempt_screens_out_and_frees_the_place() -> None:
    session = enter_session(running(steps=[page(CHECK, attempts=1, on_fail="screen_out"), *STEPS]))

    send(session, check="a")

    assert session.status == Session.Status.SCREENED_OUT
    assert Slot.objects.get(position=0).status == Slot.Status.OPEN


def test_a_missed_check_that_does_not_matter_is_counted() -> None:
    session = enter_session(running(steps=[page(CHECK), *STEPS]))

    send(session, check="a")

    assert session.is_under_way
    assert session.checks_failed == 1


def test_starting_a_stage_again_ends_after_three_rounds() -> None:
    session = enter_session(running(steps=[page(CHECK, on_fail="repeat"), *STEPS]))

    for expected in (Session.Status.ASSIGNED, Session.Status.ASSIGNED, Session.Status.SCREENED_OUT):
        send(session, check="a")
        assert session.status == expected


def test_an_answer_after_the_time_limit_is_not_taken() -> None:
    session = enter_session(running(steps=[{**page(*_rating()), "timeout_seconds": 30}, *STEPS[:1]]))

    send(session, now=NOON + timedelta(seconds=60), rating="7")

    assert Trial.objects.get().outcome == Trial.Outcome.TIMED_OUT
    assert not Measurement.objects.exists()
    assert session.position == 1


def test_at_zero_what_was_filled_in_counts_and_nothing_is_required() -> None:
    session = enter_session(running(steps=[{**page(*_rating(), AGE), "timeout_seconds": 30}, *STEPS[:1]]))

    send(session, now=NOON + timedelta(seconds=30), timed_out=True, rating="7")

    assert Trial.objects.get().outcome == Trial.Outcome.TIMED_OUT
    assert Measurement.objects.get().number == 7


def test_a_browser_cannot_declare_the_time_over_by_itself() -> None:
    session = enter_session(running(steps=[page(AGE), *STEPS]))

    assert send(session, timed_out=True).page is not None

    assert not Trial.objects.exists()


def test_screening_comes_before_the_place_and_its_answers_make_the_stratum() -> None:
    allocation: Json = {"policy": "stratified_blocks", "strata": ["age"]}
    session = enter_session(running(steps=[page(AGE, stage="screening"), *STEPS], allocation=allocation))
    assert not Slot.objects.exists()

    send(session, age="33")

    assert Unit.objects.get().attributes == {"age": 33}
    assert Slot.objects.taken().get().stratum == "age=33"
    assert session.stage == "main"


def test_a_rule_screens_out_before_a_place_is_taken() -> None:
    rule: Json = {"when": {"answers.age": {"<": 18}}, "message": "Adults only."}
    session = enter_session(running(steps=[page(AGE, stage="screening", screen_out=rule), *STEPS]))

    send(session, age="17")

    assert session.status == Session.Status.SCREENED_OUT
    assert session.ended_because == "Adults only."
    assert not Slot.objects.exists()


def test_a_step_whose_condition_fails_is_passed_over() -> None:
    hidden: Json = {**page({"kind": "text", "props": {"body": "Red only."}}), "show_if": {"arm.colour": "red"}}
    experiment = running(steps=[hidden, *STEPS])
    sessions = [enter_session(experiment) for _ in range(2)]

    shown = {_arm(session): current_page(session).place.step.name for session in sessions}

    assert shown == {"red": "first", "blue": "welcome"}


def test_somebody_reads_the_study_in_their_language() -> None:
    greeting: Json = {"name": "hi", "title": {"en": "Hello", "de": "Hallo"}, "components": []}
    experiment = make_experiment(steps=[greeting, *STEPS])
    experiment.study.languages = ["en", "de"]
    experiment.study.save(update_fields=["languages"])
    experiment.refresh_from_db()
    session = enter_session(start_experiment(experiment), language="de")

    assert current_page(session).title == "Hallo"


def test_a_page_that_an_answer_breaks_ends_in_a_friendly_sentence_and_loses_nothing() -> None:
    name: Json = {"kind": "free_text", "name": "rival", "props": {"label": "Name a rival"}}
    options: Json = [{"value": "we", "label": "We"}, {"value": "{{ answers.rival }}", "label": "They"}]
    choice: Json = {"kind": "choice", "name": "pick", "props": {"label": "Who?", "options": options}}
    session = enter_session(running(steps=[page(name), {"name": "second", "components": [choice]}]))

    send(session, rival="we")

    response = Client().get(f"/p/{token_of(session.uuid)}/")
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()
    assert session.answers == {"rival": "we"}


def test_nobody_enters_a_draft() -> None:
    with pytest.raises(NotOpen):
        enter_session(make_experiment())

    assert not Participant.objects.exists()


def test_nobody_enters_on_an_old_consent_text() -> None:
    with pytest.raises(ConsentMissing):
        enter(running(), entry(consent="0"), now=NOON)

    assert not Participant.objects.exists()


def test_the_same_person_comes_back_to_their_session() -> None:
    experiment = running()

    first = enter_session(experiment, external_id="P-17")
    second = enter_session(experiment, external_id="P-17")

    assert first == second
    assert Participant.objects.get().external_digest != "P-17"


def test_nobody_takes_part_in_two_experiments_that_exclude_each_other() -> None:
    first = running(exclusion_group="trust")
    second = running(exclusion_group="trust")
    second.study.experiments.update(study=first.study)
    second.refresh_from_db()
    enter_session(first, external_id="P-17")

    with pytest.raises(AlreadyTookPart):
        enter_session(second, external_id="P-17")

    assert Session.objects.count() == 1


def test_what_was_returned_cannot_be_answered() -> None:
    session = enter_session(running())
    nonce = session.nonce
    return_session(token_of(session.uuid), now=NOON)
    session.refresh_from_db()

    with pytest.raises(SessionOver):
        answer_page(token_of(session.uuid), Sent(session.nonce, {}, {}), now=NOON)

    assert session.nonce != nonce
    assert not Trial.objects.exists()


def _rating() -> tuple[Json, ...]:
    return ({"kind": "number", "name": "rating", "measure": "rating", "props": {"label": "How good?"}},)


def _arm(session: Session) -> str:
    assert session.assignment is not None
    return session.assignment.arm.name
