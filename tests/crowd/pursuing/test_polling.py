"""Reading alone tells everything: who came, who submitted, who gave it back, what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crowd.models import Posting, Submission
from crowd.reconcile.words import PostingSight, SubmissionSight
from crowd.services.looking import look_soon
from crowd.services.polling import due_accounts
from experiments.models import Event
from participants.identity import external_id_of
from tests.crowd.factories import make_submission
from tests.crowd.pursuing.conftest import Site

pytestmark = pytest.mark.django_db


def test_whoever_submits_is_found_under_their_claim(site: Site) -> None:
    posting = site.posting()
    claim = site.theirs.accept(posting.external_id, "A1WORKER")
    ours = make_submission(posting, worker="A1WORKER", external_id=claim, accepted_at=site.now())
    site.theirs.submit(claim)

    site.poll()

    ours.refresh_from_db()
    assert ours.observed == SubmissionSight.SUBMITTED
    assert ours.submitted_at
    assert ours.decide_before
    assert Submission.objects.count() == 1


def test_somebody_who_never_came_through_our_door_gets_a_row_and_their_id_is_in_the_vault_alone(site: Site) -> None:
    posting = site.posting()
    site.theirs.work(posting.external_id, "A1STRANGER")

    site.poll()

    row = Submission.objects.get()
    assert (row.observed, row.session) == (SubmissionSight.SUBMITTED, None)
    assert external_id_of(row.participant) == "A1STRANGER"
    assert not Event.objects.filter(payload__icontains="A1STRANGER").exists()


def test_a_claim_that_passed_to_somebody_else_is_the_first_ones_no_more(site: Site) -> None:
    site.theirs.settings(reuse_assignments=1.0)
    posting = site.posting(places=1)
    claim = site.theirs.accept(posting.external_id, "A1FIRST")
    first = make_submission(posting, worker="A1FIRST", external_id=claim, accepted_at=site.now())
    site.theirs.give_back(claim)
    again = site.theirs.work(posting.external_id, "A2SECOND")

    site.poll()

    first.refresh_from_db()
    assert again == claim
    assert first.observed == SubmissionSight.RETURNED
    assert Submission.objects.exclude(pk=first.pk).get().observed == SubmissionSight.SUBMITTED


def test_work_that_was_given_back_is_told_by_its_absence(site: Site) -> None:
    posting = site.posting()
    claim = site.theirs.accept(posting.external_id, "A1WORKER")
    ours = make_submission(posting, worker="A1WORKER", external_id=claim, accepted_at=site.now())
    site.poll()
    site.theirs.give_back(claim)

    site.wait(15 * 60)
    site.poll()

    ours.refresh_from_db()
    assert ours.observed == SubmissionSight.RETURNED


def test_a_quiet_look_reads_one_list_and_no_submissions(site: Site) -> None:
    posting = site.posting()
    site.theirs.work(posting.external_id, "A1WORKER")
    site.poll()
    before = site.calls("ListAssignmentsForHIT")
    site.wait(30)

    site.poll()

    assert site.calls("ListAssignmentsForHIT") == before


def test_what_the_platform_approves_by_itself_is_seen(site: Site) -> None:
    posting = site.posting(places=1)
    site.theirs.work(posting.external_id, "A1WORKER")
    site.poll()

    site.wait(4 * 86_400)
    site.poll()

    assert Submission.objects.get().observed == SubmissionSight.APPROVED


def test_a_posting_that_somebody_deleted_over_there_is_missed(site: Site) -> None:
    posting = site.posting()
    client = site.theirs.client()
    client.update_expiration_for_hit(HITId=posting.external_id, ExpireAt="2020-01-01")
    client.delete_hit(HITId=posting.external_id)

    site.wait(3600)
    site.poll()

    posting.refresh_from_db()
    assert posting.observed in {PostingSight.GONE, PostingSight.ABSENT}


def test_reading_it_twice_writes_nothing_new(site: Site) -> None:
    posting = site.posting()
    for number in range(3):
        site.theirs.work(posting.external_id, f"A{number}WORKER")
    site.poll()
    before = list(Submission.objects.values()), Event.objects.count()
    look_soon(site.account, now=site.now(), postings=[posting.external_id])

    reading = site.poll()

    assert reading is not None
    assert reading.submissions == 3
    assert (list(Submission.objects.values()), Event.objects.count()) == before


def test_an_account_is_read_by_one_at_a_time(site: Site) -> None:
    site.account.polling_until = site.now() + timedelta(minutes=1)
    site.account.save(update_fields=["polling_until"])

    assert site.poll() is None
    assert due_accounts(site.now()) == []
    assert due_accounts(site.now() + timedelta(minutes=2)) == [site.account.pk]


def test_while_people_are_at_it_an_account_is_read_within_seconds_and_seldom_when_nothing_is_expected(
    site: Site,
) -> None:
    site.poll()
    site.account.refresh_from_db()
    quiet = site.account.poll_due
    posting = site.posting()
    site.theirs.accept(posting.external_id, "A1WORKER")
    site.poll()
    site.account.refresh_from_db()

    assert quiet is not None
    assert site.account.poll_due is not None
    assert quiet - site.now() > timedelta(minutes=30)
    assert site.account.poll_due - site.now() < timedelta(seconds=20)


def test_an_hour_of_outage_is_told_and_not_hammered(site: Site) -> None:
    posting = site.posting()
    site.theirs.work(posting.external_id, "A1WORKER")
    site.theirs.fault("*", "error", times=0)
    before = site.theirs.calls()["total"]

    for _ in range(120):
        site.poll()
        site.ahead += timedelta(seconds=30)

    assert site.theirs.calls()["total"] - before <= 40
    site.account.refresh_from_db()
    assert site.account.trouble
    site.theirs.clear_faults()
    site.wait(3600)
    site.poll()
    site.account.refresh_from_db()
    assert site.account.trouble == ""
    assert Submission.objects.get().observed == SubmissionSight.SUBMITTED


def test_an_older_list_that_is_shown_late_takes_nothing_back(site: Site) -> None:
    site.theirs.settings(lag=30)
    posting = site.posting(places=1)
    site.theirs.work(posting.external_id, "A1WORKER")
    for _ in range(8):
        site.wait(20)
        site.poll()

    assert Submission.objects.get().observed == SubmissionSight.SUBMITTED
    assert Posting.objects.get().observed in {PostingSight.TAKEN, PostingSight.CLOSED}
