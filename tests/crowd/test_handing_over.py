"""The last step: done here is committed first, then the person is handed over, as often as the page is opened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crowd.codes import code_of, codes_of, is_code_of
from crowd.models import Obligation, Submission
from crowd.reconcile.words import SubmissionSight
from crowd.services import noting_outcomes
from crowd.services.noting_outcomes import note_outcomes
from experiments.types import Json
from participants.capability import token_of
from participants.models import Session
from participants.services.leaving import DataChoice, withdraw
from tests.crowd.arriving import come_in, finish, link, offered, page_of
from tests.crowd.factories import NOWHERE, dollars
from tests.participants.test_taking_part import answer

pytestmark = pytest.mark.django_db

ASK: Json = {"kind": "free_text", "name": "picture", "props": {"label": "Which picture?"}}
PICTURE: Json = {"kind": "image", "props": {"src": "{{ answers.picture }}", "alt": "A picture"}}
BREAKS: list[Json] = [{"name": "ask", "components": [ASK]}, {"name": "look", "components": [PICTURE]}]


def test_who_completed_is_given_the_form_that_hands_in_to_the_accounts_site(client: Client) -> None:
    session = come_in(offered())
    finish(page_of(session))

    html = client.get(page_of(session)).content.decode()

    assert f'action="{NOWHERE}mturk/externalSubmit"' in html
    assert 'name="assignmentId" value="3ASSIGNMENT1"' in html
    assert code_of(Submission.objects.get()) in html


def test_before_that_no_page_has_the_code_or_the_form(client: Client) -> None:
    session = come_in(offered())
    html = client.get(page_of(session)).content.decode()

    assert code_of(Submission.objects.get()) not in html
    assert "externalSubmit" not in html


def test_the_work_opened_again_in_its_frame_shows_the_form_again(client: Client) -> None:
    posting = offered()
    finish(page_of(come_in(posting)))

    html = client.get(link(posting), follow=True).content.decode()

    assert "externalSubmit" in html


def test_once_it_was_handed_in_there_is_nothing_left_to_press(client: Client) -> None:
    session = come_in(offered())
    finish(page_of(session))
    Submission.objects.update(submitted_at=timezone.now())

    html = client.get(page_of(session)).content.decode()

    assert "externalSubmit" not in html
    assert "has been handed in" in html


def test_a_code_is_its_own_claims_only() -> None:
    posting = offered()
    come_in(posting)
    come_in(posting, worker="A2", claim="3OTHER")
    one, other = Submission.objects.order_by("pk")

    assert is_code_of(one, code_of(one))
    assert is_code_of(one, f" {code_of(one).lower()} ")
    assert not is_code_of(one, code_of(other))
    assert not is_code_of(one, codes_of(posting)["screened_out"])


def test_the_sweep_hears_that_somebody_is_done() -> None:
    session = come_in(offered())
    finish(page_of(session))
    session.refresh_from_db()

    assert note_outcomes(now=timezone.now()) == 1
    assert note_outcomes(now=timezone.now()) == 0

    submission = Submission.objects.get()
    assert (submission.outcome, submission.done_at) == ("completed", session.ended_at)


def test_who_stops_early_is_told_to_return_the_work_and_is_owed_nothing_without_a_rule(client: Client) -> None:
    session = come_in(offered())
    stop(session)

    html = client.get(page_of(session)).content.decode()

    assert "return this HIT" in html
    assert "externalSubmit" not in html
    assert Submission.objects.get().outcome == "withdrawn"
    assert not Obligation.objects.exists()


def test_who_stops_early_is_owed_what_the_rule_says_once(client: Client) -> None:
    session = come_in(offered(pay_rules={"withdrawn": {"share": "0.25"}}))
    stop(session)
    note_outcomes(now=timezone.now())

    html = client.get(page_of(session)).content.decode()

    obligation = Obligation.objects.get()
    assert (obligation.kind, obligation.amount) == ("partial", dollars("0.25"))
    assert "You will receive 0.25" in html


def test_who_withdraws_the_data_after_the_end_has_completed_all_the_same(client: Client) -> None:
    session = come_in(offered())
    finish(page_of(session))
    stop(session)

    assert Submission.objects.get().outcome == "completed"
    assert "externalSubmit" in client.get(page_of(session)).content.decode()


def stop(session: Session) -> None:
    withdraw(token_of(session.uuid), DataChoice.KEEP, now=timezone.now())
    note_outcomes(now=timezone.now())


def test_who_meets_a_page_that_cannot_be_made_ends_there_and_hands_in(client: Client) -> None:
    session = come_in(offered(steps=BREAKS))
    answer(client, page_of(session), picture="https://elsewhere.example/p.png")
    assert client.get(page_of(session)).status_code == 500

    assert client.post(f"{page_of(session)}end").status_code == 303
    note_outcomes(now=timezone.now())

    session.refresh_from_db()
    submission = Submission.objects.get()
    assert (session.status, submission.outcome) == (Session.Status.SCREENED_OUT, "technical_failure")
    assert submission.done_at == session.ended_at
    assert "externalSubmit" in client.get(page_of(session)).content.decode()


def test_a_page_that_can_be_made_is_no_place_to_end(client: Client) -> None:
    session = come_in(offered())

    client.post(f"{page_of(session)}end")

    session.refresh_from_db()
    assert session.is_under_way


def test_many_who_went_silent_and_may_go_on_keep_nobody_who_finished_from_being_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(noting_outcomes, "BATCH", 1)
    posting = offered(assignment_seconds=3_600)
    silent = come_in(posting)
    Session.objects.filter(pk=silent.pk).update(status=Session.Status.TIMED_OUT, ended_at=timezone.now())
    done = come_in(posting, claim="3ASSIGNMENT2", worker="A2OTHER")
    finish(page_of(done))

    assert note_outcomes(now=timezone.now()) == 1
    assert Submission.objects.get(session=done).outcome == "completed"
    assert note_outcomes(now=timezone.now() + timedelta(hours=1)) == 1
    assert Submission.objects.get(session=silent).outcome == "timed_out"


def test_who_returned_it_there_and_went_silent_here_has_returned_it() -> None:
    session = come_in(offered())
    Session.objects.filter(pk=session.pk).update(status=Session.Status.TIMED_OUT, ended_at=timezone.now())
    assert note_outcomes(now=timezone.now()) == 0  # they may still go on

    Submission.objects.update(observed=SubmissionSight.RETURNED)

    assert note_outcomes(now=timezone.now()) == 1
    assert Submission.objects.get().outcome == "returned"
