"""More completes and more spare places, confirmed like the plan itself."""

from __future__ import annotations

import pytest
from django.db import transaction

from crowd.errors import BudgetExceeded, NotConfirmed
from crowd.models import Campaign, Posting
from crowd.services.publishing import Confirmation
from crowd.services.tending import tend
from crowd.services.topping_up import plan_top_up, top_up_campaign
from tests.crowd.factories import dollars, make_submission
from tests.crowd.recruiting.campaigns import NOW, budget, complete, published
from tests.factories import make_experiment, make_study

pytestmark = pytest.mark.django_db


def topped_up(campaign: Campaign, *, completes: int = 0, spare: int = 0) -> Campaign:
    campaign = Campaign.objects.select_related("account", "experiment__study").get(pk=campaign.pk)
    wanted = plan_top_up(campaign, completes=completes, spare=spare)
    confirmation = Confirmation(wanted.total, wanted.sha256)
    return top_up_campaign(campaign, confirmation, completes=completes, spare=spare, now=NOW)


def test_a_campaign_that_is_stuck_goes_on_with_more_places() -> None:
    campaign = published(goal=9)
    for _ in range(9):
        make_submission(Posting.objects.get(), outcome="screened_out", done_at=NOW, submitted_at=NOW)
    tend(campaign, now=NOW)
    campaign.refresh_from_db()
    assert "top it up" in campaign.ended_because

    campaign = topped_up(campaign, spare=4)
    assert (campaign.goal, campaign.places, campaign.ended_because) == (9, 13, "")
    assert Posting.objects.get(round=2).desired_places == 4


def test_more_completes_reopen_a_campaign_that_met_its_goal() -> None:
    campaign = published(goal=9)
    complete(Posting.objects.get(), 9)
    tend(campaign, now=NOW)
    campaign = topped_up(campaign, completes=3)

    assert (campaign.status, campaign.goal) == ("running", 12)
    assert Posting.objects.get(round=2).desired_places == 3


def test_a_top_up_that_is_sent_twice_grows_once() -> None:
    campaign = published(goal=9)
    wanted = plan_top_up(campaign, completes=3, spare=0)
    confirmation = Confirmation(wanted.total, wanted.sha256)
    top_up_campaign(campaign, confirmation, completes=3, spare=0, now=NOW)

    with pytest.raises(NotConfirmed), transaction.atomic():
        top_up_campaign(campaign, confirmation, completes=3, spare=0, now=NOW)
    assert Campaign.objects.get().goal == 12
    assert budget() == (dollars("14.40"), dollars("0"))


def test_a_top_up_beyond_the_budget_changes_nothing() -> None:
    campaign = published(make_experiment(make_study(budget=dollars("10.80"))), goal=9)

    with pytest.raises(BudgetExceeded), transaction.atomic():
        topped_up(campaign, completes=1)
    assert Campaign.objects.get().places == 9
    assert Posting.objects.get().desired_places == 9
