"""Where a platform and we disagree is said, with what to do; where we agree, nothing is said."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crowd.models import Account, Campaign, Posting, Submission
from crowd.reads.differences import accounts_of, differences
from crowd.reconcile.words import PostingSight, PostingWish, SubmissionSight, SubmissionWish
from crowd.services.mending import look_now, try_row_again
from experiments.errors import Unknown
from experiments.models import Event, Membership, Role
from machina_site.doctor.crowd import platforms
from machina_site.doctor.finding import Verdict
from tests.crowd.factories import make_campaign, make_posting, make_submission
from tests.crowd.pursuing.conftest import Site
from tests.factories import make_user
from tests.query_counts import reviewed

if TYPE_CHECKING:
    from django.contrib.auth.models import User

pytestmark = pytest.mark.django_db
PAGE = "crowd:differences"


def kinds(site: Site) -> set[str]:
    return {line.difference.kind for line in differences(Campaign.objects.all(), site.now())}


def member(site: Site, role: str) -> User:
    user = make_user()
    Membership.objects.create(study=site.campaign.experiment.study, user=user, role=role)
    return user


def test_what_is_as_we_want_it_is_no_difference(site: Site) -> None:
    posting = site.posting(places=1)
    site.theirs.work(posting.external_id, "A1WORKER")
    site.poll()
    Submission.objects.update(desired=SubmissionWish.APPROVED)
    site.carry_out()
    site.ahead += timedelta(hours=1)

    assert kinds(site) == set()


def test_a_call_that_is_on_its_way_is_none_yet_and_one_that_waits_says_why(site: Site) -> None:
    make_posting(site.campaign, desired=PostingWish.OPEN)
    assert kinds(site) == set()

    site.theirs.fault("*", "error", times=0)
    site.carry_out()
    site.ahead += timedelta(minutes=3)

    (line,) = differences(Campaign.objects.all(), site.now())
    assert line.difference.kind == "posting_waits"
    assert line.difference.comes_by_itself
    assert line.difference.advice.endswith("It is tried again by itself.")


@pytest.mark.parametrize(
    ("wish", "sight"),
    [
        (SubmissionWish.REJECTED, SubmissionSight.APPROVED),
        (SubmissionWish.APPROVED, SubmissionSight.RETURNED),
        (SubmissionWish.APPROVED, SubmissionSight.TIMED_OUT),
    ],
)
def test_a_decision_that_was_overtaken_needs_somebody(site: Site, wish: str, sight: str) -> None:
    make_submission(make_posting(site.campaign), desired=wish, observed=sight)

    assert kinds(site) == {"decision_overtaken"}


def test_people_who_were_only_there_and_people_who_were_only_here_are_named(site: Site) -> None:
    posting = make_posting(site.campaign)
    make_submission(posting, observed=SubmissionSight.SUBMITTED)
    make_submission(posting, done_at=site.now() - timedelta(hours=1), outcome="completed")
    make_submission(posting, done_at=site.now() - timedelta(minutes=5), outcome="completed")

    lines = differences(Campaign.objects.all(), site.now())
    assert [line.difference.kind for line in lines] == ["never_here", "not_handed_in"]


def test_a_refused_row_is_tried_again_when_somebody_says_so_and_that_is_written_down(site: Site) -> None:
    submission = make_submission(site.posting(), observed=SubmissionSight.SUBMITTED, desired=SubmissionWish.REJECTED)
    site.carry_out()
    (line,) = differences(Campaign.objects.all(), site.now())
    assert line.difference.can_retry
    before = site.calls("RejectAssignment")

    try_row_again(line.subject, Campaign.objects.all(), now=site.now())
    site.carry_out()

    assert site.calls("RejectAssignment") == before + 1
    assert Event.objects.filter(kind="crowd.tried_again", subject=f"submission:{submission.uuid}").count() == 1


@pytest.mark.parametrize("subject", ["", "posting:", "posting:x", "payment:6b1f4f0e-9d3c-4a55-8d3f-0c8c8d1c7c11"])
def test_what_is_nothing_of_ours_cannot_be_tried_again(site: Site, subject: str) -> None:
    with pytest.raises(Unknown):
        try_row_again(subject, Campaign.objects.all(), now=site.now())

    assert not Event.objects.filter(kind="crowd.tried_again").exists()


def test_an_account_that_nobody_reads_is_told_and_one_that_rests_is_woken_by_a_look(site: Site) -> None:
    Account.objects.update(poll_due=site.now() - timedelta(minutes=10))
    (line,) = accounts_of(Campaign.objects.all(), site.now())
    assert line.is_late
    Account.objects.update(rests_until=site.now() + timedelta(minutes=10), trouble="No answer.")
    (line,) = accounts_of(Campaign.objects.all(), site.now())
    assert line.is_resting
    assert not line.is_late

    look_now(Campaign.objects.all(), now=site.now())

    assert site.poll() is not None


def test_the_page_is_good_when_it_is_empty(site: Site, admin_client: Client) -> None:
    assert "No differences" in admin_client.get(reverse(PAGE)).content.decode()


def test_the_page_says_what_is_apart_and_offers_to_try_again(site: Site, admin_client: Client) -> None:
    site.posting()
    Posting.objects.update(desired=PostingWish.CLOSED, refused="closed/9", trouble="It may not.")

    page = admin_client.get(reverse(PAGE)).content.decode()

    assert "The platform refused: It may not." in page
    assert "Try again" in page


def test_looking_at_the_page_changes_nothing_and_its_buttons_are_posts(site: Site, admin_client: Client) -> None:
    site.posting()
    before = list(Posting.objects.values()), list(Account.objects.values())

    admin_client.get(reverse(PAGE))
    answers = [admin_client.get(reverse(f"{PAGE}-{name}"))["Location"] for name in ("look", "again")]

    assert answers == [reverse(PAGE)] * 2
    assert (list(Posting.objects.values()), list(Account.objects.values())) == before


def test_who_may_only_look_sees_it_and_changes_nothing(site: Site) -> None:
    site.posting()
    Posting.objects.update(desired=PostingWish.CLOSED, refused="closed/9", trouble="It may not.")
    client = Client()
    client.force_login(member(site, Role.VIEWER))

    page = client.get(reverse(PAGE)).content.decode()
    client.post(reverse(f"{PAGE}-again"), {"subject": f"posting:{Posting.objects.get().uuid}"})

    assert "It may not." in page
    assert "Try again" not in page
    assert Posting.objects.get().refused == "closed/9"


def test_differences_of_a_foreign_study_are_not_seen(site: Site) -> None:
    make_submission(make_posting(make_campaign()), desired="rejected", observed="approved")
    client = Client()
    client.force_login(member(site, Role.RESEARCHER))

    assert "No differences" in client.get(reverse(PAGE)).content.decode()


def test_the_command_says_it_and_its_exit_status_tells_the_truth(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("crowd_differences")
    assert "No differences." in capsys.readouterr().out
    make_submission(make_posting(site.campaign), desired="rejected", observed="approved")

    with pytest.raises(SystemExit) as ended:
        call_command("crowd_differences", "--json")

    assert ended.value.code == 1
    (line,) = json.loads(capsys.readouterr().out)["differences"]
    assert (line["kind"], line["ours"], line["theirs"]) == ("decision_overtaken", "Rejected", "Approved")


def test_one_look_by_hand_does_what_is_desired_and_reads(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    make_posting(site.campaign, desired=PostingWish.OPEN)

    call_command("poll_crowd", "--once", "--json")

    told = json.loads(capsys.readouterr().out)
    assert told["done"] == {"publish": 1}
    assert told["reading"]["postings"] == 1
    assert Posting.objects.get().observed == PostingSight.OPEN


def test_the_doctor_says_that_nobody_reads_an_account_and_what_to_start(site: Site) -> None:
    assert platforms().verdict == Verdict.OK
    Account.objects.update(poll_due=site.now() - timedelta(minutes=10))

    found = platforms()

    assert (found.verdict, "queue “crowd”" in found.advice) == (Verdict.WARN, True)


def test_the_page_costs_the_reviewed_queries_however_many_differences_there_are(
    site: Site, admin_client: Client
) -> None:
    for _ in range(3):
        posting = make_posting(site.campaign, desired="gone", observed="closed", external_id=f"3{_}", refused="gone/9")
        make_submission(posting, desired="rejected", observed="approved")
        make_submission(posting, observed="submitted")

        with CaptureQueriesContext(connection) as queries:
            admin_client.get(reverse(PAGE))

        assert len(queries) == reviewed("console:differences")
