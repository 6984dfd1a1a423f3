"""A campaign at a stand-in, from its plan to the last HIT: the goal is met, no place is beyond what was confirmed."""

from __future__ import annotations

import pytest

from crowd.models import Account, Budget, Campaign, Posting, Submission
from crowd.reads.campaign_money import glance_at
from crowd.reads.campaigns import plan_of, standing_of
from crowd.services.campaigns import Draft, create_campaign
from crowd.services.closing import close_campaign, pause_campaign, resume_campaign, settle_campaign
from crowd.services.publishing import Confirmation, publish_campaign
from crowd.services.tending import tend
from tests.crowd.factories import dollars, make_terms
from tests.crowd.pursuing.conftest import Site
from tests.factories import make_experiment, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def recruited(site: Site) -> Site:
    """The same site, with a campaign for 20 completes that an owner published."""
    Campaign.objects.all().delete()
    experiment = make_experiment(make_study(budget=dollars("100.00")))
    account = Account.objects.get(pk=site.account.pk)
    account.studies.add(experiment.study)
    draft = Draft(make_terms(round_size=12, spare=4), 20)
    campaign = create_campaign(experiment, account, draft, by=None, now=site.now())
    plan = plan_of(campaign)
    site.campaign = publish_campaign(campaign, Confirmation(plan.total, plan.sha256), now=site.now())
    return site


def turn(site: Site) -> None:
    """What the worker does every few seconds."""
    site.carry_out()
    site.poll()
    tend(Campaign.objects.get(), now=site.now())
    site.carry_out()


def work_on_everything(site: Site, *, screened_out: int = 0) -> None:
    """Every free place is worked on; our pages find that many of them unsuitable."""
    for posting in Posting.objects.exclude(external_id=""):
        hit = site.theirs.client().get_hit(HITId=posting.external_id)["HIT"]
        free = hit["NumberOfAssignmentsAvailable"] if hit["HITStatus"] == "Assignable" else 0
        site.theirs.work_all(posting.external_id, [f"A{posting.pk}W{number}" for number in range(free)])
    site.poll()
    fresh = Submission.objects.filter(done_at__isnull=True).order_by("pk")
    for number, submission in enumerate(fresh):
        submission.outcome = "screened_out" if number < screened_out else "completed"
        submission.done_at = site.now()
        submission.save(update_fields=["outcome", "done_at"])


def sizes(site: Site) -> list[int]:
    """Places of every HIT there."""
    found = site.theirs.client().list_hits(MaxResults=100)["HITs"]
    return sorted((hit["MaxAssignments"] for hit in found), reverse=True)


def test_rounds_follow_until_as_many_have_completed_as_are_wanted(recruited: Site) -> None:
    for screened_out in (2, 1, 0, 0):
        turn(recruited)
        work_on_everything(recruited, screened_out=screened_out)
    turn(recruited)

    campaign = Campaign.objects.get()
    assert (campaign.status, campaign.ended_because) == ("closed", "The goal is met.")
    assert standing_of(campaign, now=recruited.now()).completes == 20
    assert max(sizes(recruited)) <= 9
    assert sum(sizes(recruited)) == 23 <= campaign.places
    assert glance_at(campaign).held.get("campaign", 0) == 0


def test_nothing_is_posted_beyond_what_was_confirmed_whoever_fails(recruited: Site) -> None:
    for _ in range(6):
        turn(recruited)
        work_on_everything(recruited, screened_out=99)

    assert sum(sizes(recruited)) == 24
    assert "top it up" in Campaign.objects.get().ended_because
    budget = Budget.objects.get()
    assert budget.reserved + budget.spent == dollars("28.80")


def test_a_pause_closes_and_a_resume_opens_the_same_hits(recruited: Site) -> None:
    turn(recruited)
    before = sizes(recruited)
    pause_campaign(recruited.campaign, now=recruited.now())
    turn(recruited)
    assert set(Posting.objects.values_list("observed", flat=True)) <= {"paused", "closed"}

    recruited.wait(120)
    resume_campaign(recruited.campaign, now=recruited.now())
    for _ in range(3):
        turn(recruited)
        recruited.wait(60)
    assert set(Posting.objects.values_list("observed", flat=True)) == {"open"}
    assert sizes(recruited) == before


def test_a_settled_campaign_leaves_nothing_there_and_holds_nothing_here(recruited: Site) -> None:
    turn(recruited)
    close_campaign(recruited.campaign, "Enough.", now=recruited.now())
    turn(recruited)
    settle_campaign(recruited.campaign, now=recruited.now())
    for _ in range(3):
        recruited.wait(60)
        turn(recruited)

    assert sizes(recruited) == []
    assert set(Posting.objects.values_list("observed", flat=True)) == {"gone"}
    assert Budget.objects.get().reserved == 0
