"""Person, session and claim are three things: what happens when a platform mixes them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crowd.models import Account, Submission
from crowd.reads.claims import current_claim
from crowd.reconcile.words import SubmissionSight
from experiments.models import Slot
from participants.models import Session
from tests.crowd.arriving import WORKER, agree, come_in, finish, form_of, link, offered, page_of
from tests.crowd.factories import make_posting
from tests.participants.test_taking_part import answer
from tests.studies import enter_session, running

pytestmark = pytest.mark.django_db


def outcomes() -> dict[str, str]:
    return dict(Submission.objects.values_list("external_id", "outcome"))


def test_returned_and_accepted_again_goes_on_in_the_same_session() -> None:
    posting = offered()
    session = come_in(posting, claim="3FIRST")
    answer(Client(), page_of(session))

    again = come_in(posting, claim="3SECOND")

    assert (again.pk, again.position) == (session.pk, 1)
    assert outcomes() == {"3FIRST": "returned", "3SECOND": ""}
    claim = current_claim(session)
    assert claim is not None
    assert claim.external_id == "3SECOND"


def test_where_the_terms_say_restart_it_begins_again_under_the_same_arm() -> None:
    posting = offered(repeat="restart")
    session = come_in(posting, claim="3FIRST")
    answer(Client(), page_of(session))

    again = come_in(posting, claim="3SECOND")

    assert (again.pk, again.position, again.assignment) == (session.pk, 0, session.assignment)


def test_where_the_terms_say_refuse_a_second_claim_is_turned_away(client: Client) -> None:
    posting = offered(repeat="refuse")
    session = come_in(posting, claim="3FIRST")

    response = client.get(link(posting, claim="3SECOND"))

    assert response.status_code == 409
    assert "return this HIT" in response.content.decode()
    assert outcomes() == {"3FIRST": ""}
    assert Client().get(link(posting, claim="3FIRST"))["Location"] == page_of(session)


def test_one_claim_seen_by_two_workers_belongs_to_the_second_and_frees_the_first_ones_place() -> None:
    posting = offered(target=1)
    first = come_in(posting, worker="A1", claim="3SAME")

    second = come_in(posting, worker="A2", claim="3SAME")

    first.refresh_from_db()
    assert (first.status, second.is_under_way) == (Session.Status.RETURNED, True)
    assert list(Submission.objects.order_by("pk").values_list("outcome", flat=True)) == ["returned", ""]
    assert Slot.objects.filter(unit=second.unit, status=Slot.Status.LEASED).exists()


def test_a_claim_is_taken_over_with_the_allocation_locked_before_the_budget() -> None:
    """Whoever comes in locks in that order. The other way round, two people at once were a deadlock."""
    posting = offered()
    come_in(posting, worker="A1FIRST", claim="3SAME")

    with CaptureQueriesContext(connection) as asked:
        come_in(posting, worker="A2SECOND", claim="3SAME")

    sql = [query["sql"] for query in asked.captured_queries]
    allocation = next(n for n, text in enumerate(sql) if "pg_advisory_xact_lock" in text)
    budget = next(n for n, text in enumerate(sql) if '"crowd_budget"' in text and "FOR " in text)
    assert allocation < budget


def test_who_lost_their_place_that_way_is_told_to_return_the_next_one(client: Client) -> None:
    posting = offered()
    first = come_in(posting, worker="A1", claim="3SAME")
    come_in(posting, worker="A2", claim="3SAME")

    response = agree(client, link(posting, worker="A1", claim="3NEXT"))

    assert response.status_code == 409
    assert "return this HIT" in response.content.decode()
    assert outcomes()["3NEXT"] == "quota_full"
    first.refresh_from_db()
    assert first.status == Session.Status.RETURNED


def test_the_same_worker_in_two_hits_has_one_session_and_the_later_claim_counts() -> None:
    posting = offered()
    other = make_posting(posting.campaign, external_id="HITOTHER")
    session = come_in(posting, claim="3FIRST")

    assert come_in(other, claim="3SECOND").pk == session.pk
    assert outcomes() == {"3FIRST": "returned", "3SECOND": ""}
    assert come_in(posting, claim="3FIRST").pk == session.pk
    assert outcomes() == {"3FIRST": "", "3SECOND": "returned"}


def test_who_handed_in_once_may_not_do_it_in_another_hit(client: Client) -> None:
    posting = offered()
    other = make_posting(posting.campaign, external_id="HITOTHER")
    finish(page_of(come_in(posting, claim="3FIRST")))
    Submission.objects.update(submitted_at=timezone.now(), observed=SubmissionSight.SUBMITTED)

    response = client.get(link(other, claim="3SECOND"))

    assert response.status_code == 409
    assert list(outcomes()) == ["3FIRST"]


def test_who_finished_a_moment_ago_in_another_hit_waits_until_it_is_known_whether_that_was_handed_in(
    client: Client,
) -> None:
    posting = offered()
    other = make_posting(posting.campaign, external_id="HITOTHER")
    finish(page_of(come_in(posting, claim="3FIRST")))

    assert client.get(link(other, claim="3SECOND")).status_code == 409
    assert list(outcomes()) == ["3FIRST"]

    Account.objects.update(polled_at=timezone.now() + timedelta(minutes=11))
    come_in(other, claim="3SECOND")
    assert outcomes() == {"3FIRST": "returned", "3SECOND": "completed"}


def test_who_finished_but_never_handed_in_does_so_under_the_next_claim() -> None:
    posting = offered()
    session = come_in(posting, claim="3FIRST")
    finish(page_of(session))

    come_in(posting, claim="3SECOND")

    session.refresh_from_db()
    assert session.status == Session.Status.COMPLETED
    assert outcomes() == {"3FIRST": "returned", "3SECOND": "completed"}
    assert Submission.objects.get(external_id="3SECOND").done_at == session.ended_at


def test_a_claim_that_somebody_handed_in_is_nobody_elses(client: Client) -> None:
    posting = offered()
    come_in(posting, worker="A1", claim="3SAME")
    Submission.objects.update(observed=SubmissionSight.SUBMITTED, submitted_at=timezone.now())

    assert client.get(link(posting, worker="A2", claim="3SAME")).status_code == 403
    assert Submission.objects.count() == 1


def test_who_took_part_in_an_excluded_study_is_turned_away_at_the_door(client: Client) -> None:
    before = running()
    enter_session(before, platform="mturk", external_id=WORKER)
    posting = offered(exclude=[before.study.slug])

    looked = client.get(link(posting))
    posted = agree(client, link(posting, worker="A2", claim="3OTHER"))

    assert looked.status_code == 409
    assert "return this HIT" in looked.content.decode()
    assert posted.status_code == 303
    assert list(outcomes()) == ["3OTHER"]


def test_who_was_excluded_between_reading_and_agreeing_is_turned_away(client: Client) -> None:
    before = running()
    posting = offered(exclude=[before.study.slug])
    html = client.get(link(posting)).content.decode()
    enter_session(before, platform="mturk", external_id=WORKER)

    response = client.post(link(posting).split("?")[0], form_of(html))

    assert response.status_code == 409
    assert not Submission.objects.exists()
