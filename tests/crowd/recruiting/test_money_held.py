"""What a campaign holds of the budget from its plan to its end."""

from __future__ import annotations

import pytest
from django.db import transaction

from crowd.errors import BudgetExceeded
from crowd.models import Campaign, Posting
from crowd.reads.campaign_money import glance_at
from crowd.reconcile.words import PostingSight
from crowd.services.closing import close_campaign, settle_campaign
from crowd.services.publishing import publish_campaign
from crowd.services.rounds import next_round
from crowd.services.tending import tend
from tests.crowd.factories import dollars
from tests.crowd.recruiting.campaigns import DAY, NOW, budget, confirmed, drafted, published
from tests.factories import make_experiment, make_study

pytestmark = pytest.mark.django_db


def test_the_whole_plan_is_held_when_it_is_published_so_that_no_later_round_is_refused() -> None:
    campaign = published(goal=20, round_size=9, spare=5)
    assert budget() == (dollars("30.00"), dollars("0"))

    next_round(campaign, now=NOW)
    assert budget() == (dollars("30.00"), dollars("0"))


def test_a_plan_beyond_the_budget_is_not_published() -> None:
    campaign = drafted(make_experiment(make_study(budget=dollars("23.99"))), goal=20)

    with pytest.raises(BudgetExceeded), transaction.atomic():
        publish_campaign(campaign, confirmed(campaign), now=NOW)
    assert not Posting.objects.exists()
    assert Campaign.objects.get().status == Campaign.Status.DRAFT


def test_places_that_expired_are_posted_anew_with_the_money_that_was_held_for_them() -> None:
    published(make_experiment(make_study(budget=dollars("10.80"))), goal=9)
    Posting.objects.update(observed=PostingSight.CLOSED)

    assert next_round(Campaign.objects.get(), now=NOW + DAY) == 9
    assert budget() == (dollars("10.80"), dollars("0"))


def test_what_is_held_for_rounds_that_never_come_is_free_when_a_campaign_closes() -> None:
    campaign = published(goal=20, round_size=9)
    close_campaign(campaign, "Enough.", now=NOW)

    assert budget() == (dollars("10.80"), dollars("0"))


def test_what_closed_postings_held_is_free_once_the_platform_shows_them_closed() -> None:
    campaign = published(goal=9)
    campaign = close_campaign(campaign, "Enough.", now=NOW)
    tend(campaign, now=NOW)
    assert budget() == (dollars("10.80"), dollars("0"))

    Posting.objects.update(observed=PostingSight.CLOSED)
    tend(campaign, now=NOW)
    assert budget() == (dollars("0"), dollars("0"))


def test_a_glance_tells_what_was_planned_from_what_waits() -> None:
    campaign = published(goal=18, round_size=9, spare=2)
    glance = glance_at(campaign)

    assert glance.planned == dollars("24.00")
    assert glance.held == {"campaign": dollars("13.20"), "posting": dollars("10.80")}
    assert (glance.spent, glance.freed) == (dollars("0"), dollars("0"))


def test_a_settled_campaign_holds_nothing() -> None:
    campaign = published(goal=9)
    close_campaign(campaign, "Enough.", now=NOW)
    settle_campaign(campaign, now=NOW)

    assert budget() == (dollars("0"), dollars("0"))
