"""What is decided on the page of reviews is so at Mechanical Turk, whose ledger is read."""

from __future__ import annotations

import pytest
from django.test import Client

from crowd.models import Payment, Posting, Submission
from crowd.services.settling import settle_money
from experiments.models import Role
from tests.crowd.pursuing.conftest import Site, site
from tests.crowd.test_review_pages import member, page, sent
from tests.crowd.test_reviewing import WHY
from tests.factories import make_session

pytestmark = pytest.mark.django_db
__all__ = ("site",)


def handed_in(site: Site) -> Submission:
    """Somebody completed here and handed it in there."""
    posting = site.posting(places=1)
    site.theirs.work(posting.external_id, "A1WORKER")
    site.poll()
    session = make_session(site.campaign.experiment)
    Submission.objects.update(session=session, outcome="completed", done_at=site.now())
    settle_money(now=site.now())
    return Submission.objects.get(posting=posting)


def decide(client: Client, site: Site, work: Submission, decision: str) -> None:
    """Plan, what it asks for, confirm; then a worker and a poller come by."""
    asked = {"decision": decision, "submission": str(work.uuid), "reason": WHY}
    planned = client.post(page(site.campaign, "plan_review"), asked).content.decode()
    phrase = planned.split("Type <strong>")[1].split("</strong>")[0]
    client.post(page(site.campaign, "confirm_review"), sent(planned, typed=phrase))
    go_round(site)


def go_round(site: Site) -> None:
    for _ in range(2):
        site.carry_out()
        Posting.objects.update(look_at=site.now())
        site.poll()
        settle_money(now=site.now())


def seen(site: Site, work: Submission) -> tuple[str, str, str]:
    """(what the platform shows, what it tells the worker, what it paid for rewards)."""
    row = site.theirs.client().get_assignment(AssignmentId=work.external_id)["Assignment"]
    paid = site.theirs.ledger()["totals"].get("reward", "0.00")
    return row["AssignmentStatus"], row.get("RequesterFeedback", ""), paid


def test_an_approval_is_paid_there_once(site: Site, client: Client) -> None:
    owner, work = member(client, site.campaign, Role.OWNER), handed_in(site)
    decide(owner, site, work, "approve")
    go_round(site)

    assert seen(site, work)[::2] == ("Approved", "1.00")
    assert Payment.objects.get().state == "confirmed"
    assert site.calls("ApproveAssignment") == 1


def test_a_rejection_is_told_with_its_reason_and_pays_nothing(site: Site, client: Client) -> None:
    owner, work = member(client, site.campaign, Role.OWNER), handed_in(site)
    decide(owner, site, work, "reject")

    assert seen(site, work) == ("Rejected", WHY, "0.00")
    assert Payment.objects.get().state == "cancelled"


def test_a_rejection_that_is_taken_back_is_paid_after_all(site: Site, client: Client) -> None:
    owner, work = member(client, site.campaign, Role.OWNER), handed_in(site)
    decide(owner, site, work, "reject")
    decide(owner, site, work, "override")

    assert seen(site, work)[::2] == ("Approved", "1.00")
    assert Payment.objects.get().state == "confirmed"
    assert list(Submission.objects.values_list("desired", "observed")) == [("approved", "approved")]
