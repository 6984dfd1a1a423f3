"""What is desired comes about, once, whatever gets lost on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crowd.models import Posting, Submission
from crowd.reconcile.actions import Action
from crowd.reconcile.words import PostingSight, PostingWish, SubmissionSight, SubmissionWish
from crowd.services.carrying_out import carry_out
from experiments.models import Event
from tests.crowd.factories import make_posting, make_submission
from tests.crowd.pursuing.conftest import Site

pytestmark = pytest.mark.django_db


def hits(site: Site) -> list[str]:
    return [hit["HITId"] for hit in site.theirs.client().list_hits(MaxResults=100)["HITs"]]


def test_a_posting_is_published_with_its_places_and_its_door(site: Site) -> None:
    posting = site.posting(places=5)

    hit = site.theirs.client().get_hit(HITId=posting.external_id)["HIT"]
    assert (hit["MaxAssignments"], posting.observed, posting.observed_places) == (5, PostingSight.OPEN, 5)
    assert f"posting={posting.uuid.hex}" in hit["Question"]
    assert Event.objects.filter(kind="posting.observed", subject=f"posting:{posting.uuid}").exists()


def test_an_account_that_slept_is_read_as_soon_as_something_is_up(site: Site) -> None:
    site.poll()
    site.account.refresh_from_db()
    assert site.account.poll_due is not None
    assert site.account.poll_due > site.now() + timedelta(minutes=50)

    site.posting()

    site.account.refresh_from_db()
    assert site.account.poll_due <= site.now()


def test_what_is_as_it_is_wanted_is_called_for_no_more(site: Site) -> None:
    site.posting()
    before = site.theirs.calls()["total"]

    assert site.carry_out() == {}
    assert site.theirs.calls()["total"] == before


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_posting_whose_answer_is_lost_is_made_once(site: Site, when: str) -> None:
    site.theirs.fault("CreateHITWithHITType", "drop", moment=when)
    posting = site.posting()
    assert posting.tried_at is not None
    assert posting.trouble

    for _ in range(6):
        site.wait(120)
        site.carry_out()

    healed = Posting.objects.get()
    assert hits(site) == [healed.external_id]
    assert (healed.observed, healed.tried_at, healed.trouble) == (PostingSight.OPEN, None, "")


def test_places_are_added_pauses_made_and_what_is_closed_is_removed(site: Site) -> None:
    posting = site.posting(places=3)

    def becomes(**wish: object) -> Posting:
        Posting.objects.filter(pk=posting.pk).update(**wish)
        site.wait(60)
        site.carry_out()
        site.poll()
        return Posting.objects.get(pk=posting.pk)

    assert becomes(desired_places=7).observed_places == 7
    assert becomes(desired=PostingWish.PAUSED).observed == PostingSight.CLOSED  # MTurk knows no pause
    until = site.now() + timedelta(hours=1)
    assert becomes(desired=PostingWish.OPEN, expires_at=until).observed == PostingSight.OPEN
    assert becomes(desired=PostingWish.CLOSED).observed == PostingSight.CLOSED
    assert becomes(desired=PostingWish.GONE).observed == PostingSight.GONE


def test_a_posting_with_work_nobody_looked_at_is_not_removed(site: Site) -> None:
    posting = site.posting(places=1)
    site.theirs.work(posting.external_id, "A1WORKER")
    Posting.objects.filter(pk=posting.pk).update(desired=PostingWish.GONE)

    for _ in range(3):
        site.wait(600)
        site.poll()
        site.carry_out()

    posting.refresh_from_db()
    assert posting.observed == PostingSight.CLOSED
    assert site.calls("DeleteHIT") == 0


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_approval_whose_answer_is_lost_is_looked_up_first(site: Site, when: str) -> None:
    submission = submitted(site)
    site.decide(submission, SubmissionWish.APPROVED)
    site.theirs.fault("ApproveAssignment", "drop", moment=when)

    for _ in range(5):
        site.carry_out()
        site.wait(120)

    submission.refresh_from_db()
    assert submission.observed == SubmissionSight.APPROVED
    assert site.calls("GetAssignment") >= 1
    assert site.theirs.ledger()["totals"]["reward"] == "1.00"


def test_nothing_is_decided_for_a_submission_that_nobody_decided(site: Site) -> None:
    submission = submitted(site)

    for _ in range(3):
        site.carry_out()
        site.wait(60)

    submission.refresh_from_db()
    assert (submission.desired, submission.observed) == (SubmissionWish.UNDECIDED, SubmissionSight.SUBMITTED)
    assert site.calls("ApproveAssignment") + site.calls("RejectAssignment") == 0


def test_a_rejected_one_is_approved_after_all_when_that_is_decided(site: Site) -> None:
    submission = submitted(site)

    for wish in (SubmissionWish.REJECTED, SubmissionWish.APPROVED):
        site.decide(submission, wish)
        site.carry_out()

    submission.refresh_from_db()
    assert submission.observed == SubmissionSight.APPROVED
    assert (
        site.theirs.client().get_assignment(AssignmentId=submission.external_id)["Assignment"]["AssignmentStatus"]
        == "Approved"
    )


def test_what_the_platform_refuses_for_good_is_asked_once_and_shown(site: Site) -> None:
    submission = make_submission(site.posting(), observed=SubmissionSight.SUBMITTED, desired=SubmissionWish.REJECTED)

    for _ in range(3):
        site.carry_out()
        site.wait(3600)

    submission.refresh_from_db()
    assert submission.refused == SubmissionWish.REJECTED
    assert submission.trouble
    assert site.calls("RejectAssignment") == 1


@pytest.mark.parametrize("kind", ["error", "throttle"])
def test_an_hour_of_outage_or_throttling_loses_nothing_makes_few_calls_and_says_why(site: Site, kind: str) -> None:
    site.theirs.fault("*", kind, times=0)
    postings = [make_posting(site.campaign, desired=PostingWish.OPEN) for _ in range(20)]

    before = site.theirs.calls()["total"]
    for _ in range(120):
        site.carry_out()
        site.ahead += timedelta(seconds=30)
    site.account.refresh_from_db()
    assert site.account.trouble
    assert site.account.troubled_since is not None
    assert site.theirs.calls()["total"] - before <= 40

    site.theirs.clear_faults()
    for _ in range(40):
        site.wait(60)
        site.carry_out()
    site.account.refresh_from_db()
    assert (site.account.trouble, site.account.rests_until) == ("", None)
    assert len(hits(site)) == len(postings)
    assert not Posting.objects.exclude(observed=PostingSight.OPEN).exists()


def test_an_account_without_funds_waits_for_somebody(site: Site) -> None:
    site.theirs.deposit("-10000")
    posting = site.posting()

    assert posting.observed == PostingSight.UNKNOWN
    site.account.refresh_from_db()
    assert "funds" in site.account.trouble
    site.theirs.deposit("100")
    site.wait(3600)
    site.carry_out()
    posting.refresh_from_db()
    assert posting.observed == PostingSight.OPEN


def test_without_funds_for_changes_it_is_read_on_and_the_trouble_stays_until_a_change_goes_well(site: Site) -> None:
    first = site.posting(places=1)
    site.theirs.deposit("-9998.80")
    site.posting(places=9)
    site.theirs.work(first.external_id, "A1WORKER")

    reading = site.poll()

    assert reading is not None
    assert Submission.objects.get().observed == SubmissionSight.SUBMITTED
    site.account.refresh_from_db()
    assert site.account.trouble
    assert site.carry_out() == {}
    site.theirs.deposit("100")
    site.wait(3600)
    site.carry_out()
    site.account.refresh_from_db()
    assert (site.account.trouble, site.account.reads_on) == ("", False)


def test_without_funds_what_stops_spending_is_still_done(site: Site) -> None:
    first = site.posting(places=1)
    site.theirs.deposit("-9998.80")
    site.posting(places=9)
    Posting.objects.filter(pk=first.pk).update(desired=PostingWish.CLOSED)

    assert site.carry_out() == {Action.CLOSE: 1}

    site.account.refresh_from_db()
    assert site.account.trouble
    assert site.carry_out() == {}


def test_somebody_killed_between_the_call_and_the_note_leaves_nothing_twice(site: Site) -> None:
    posting = site.posting()
    made = hits(site)
    died = {"external_id": "", "observed": PostingSight.UNKNOWN, "tried_at": site.now()}
    Posting.objects.filter(pk=posting.pk).update(**died, leased_until=site.now() + timedelta(seconds=60))

    assert carry_out(posting, now=site.now(), rng=site.rng) is None  # still theirs
    site.wait(61)
    assert carry_out(posting, now=site.now(), rng=site.rng) == Action.FIND

    posting.refresh_from_db()
    assert [posting.external_id] == made == hits(site)


def submitted(site: Site) -> Submission:
    posting = site.posting(places=1)
    site.theirs.work(posting.external_id, "A1WORKER")
    site.poll()
    return Submission.objects.get(posting=posting)
