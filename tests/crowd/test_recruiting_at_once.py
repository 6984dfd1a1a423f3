"""However many workers and owners come at once: a plan is published once, and a round goes up once."""

from __future__ import annotations

import pytest
from django.utils import timezone

from crowd.models import Budget, Campaign, Posting
from crowd.reads.campaigns import plan_of
from crowd.services.campaigns import Draft, create_campaign
from crowd.services.publishing import Confirmation, publish_campaign
from crowd.services.tending import tend
from experiments.models import Event
from tests.crowd.factories import dollars, make_account, make_terms
from tests.crowd.money.test_last_cent import all_at_once
from tests.factories import make_experiment, make_study

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8
NOW = timezone.now()


def drafts(n: int, *, budget: str) -> list[tuple[Campaign, Confirmation]]:
    """Campaigns of one study, each of 24 dollars, looked at and ready to be published."""
    experiment, account = make_experiment(make_study(budget=dollars(budget))), make_account()
    account.studies.add(experiment.study)
    made = [create_campaign(experiment, account, Draft(make_terms(), 20), by=None, now=NOW) for _ in range(n)]
    plans = [plan_of(campaign) for campaign in made]
    return [(campaign, Confirmation(plan.total, plan.sha256)) for campaign, plan in zip(made, plans, strict=True)]


def test_one_plan_published_and_tended_by_many_goes_up_once() -> None:
    ((campaign, confirmation),) = drafts(1, budget="30.00")

    all_at_once([lambda: publish_campaign(campaign, confirmation, now=NOW)] * AT_ONCE)
    all_at_once([lambda: tend(Campaign.objects.get(), now=NOW)] * AT_ONCE)

    assert sum(Posting.objects.values_list("desired_places", flat=True)) == 20
    assert Event.objects.filter(kind="campaign.published").count() == 1
    assert Budget.objects.get().reserved == dollars("24.00")


def test_only_as_many_plans_are_published_at_once_as_the_budget_has_room_for() -> None:
    ready = drafts(AT_ONCE, budget="71.99")

    done = all_at_once([lambda one=one: publish_campaign(*one, now=NOW) for one in ready])  # type: ignore[misc]

    assert sum(done) == Campaign.objects.filter(status="running").count() == 2
    assert Budget.objects.get().reserved == dollars("48.00")
