"""Campaigns at each step of their life, made by the services that make them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from crowd.models import Budget, Campaign, Posting
from crowd.reads.campaigns import plan_of
from crowd.reconcile.words import SubmissionSight
from crowd.services.campaigns import Draft, create_campaign
from crowd.services.publishing import Confirmation, publish_campaign
from experiments.models import Experiment
from tests.crowd.factories import dollars, make_account, make_submission, make_terms
from tests.factories import make_experiment, make_study

NOW = timezone.now()
DAY = timedelta(days=1)


def funded_experiment(**entries: object) -> Experiment:
    return make_experiment(make_study(budget=dollars("500.00")), **entries)  # type: ignore[arg-type]  # JSON


def drafted(
    experiment: Experiment | None = None, *, goal: int = 20, platform: str = "mturk", **terms: object
) -> Campaign:
    experiment = experiment or funded_experiment()
    account = make_account(platform=platform)
    account.studies.add(experiment.study)
    draft = Draft(make_terms(**terms), goal)  # type: ignore[arg-type]  # JSON
    return create_campaign(experiment, account, draft, by=None, now=NOW)


def confirmed(campaign: Campaign) -> Confirmation:
    plan = plan_of(campaign)
    return Confirmation(plan.total, plan.sha256)


def published(experiment: Experiment | None = None, **draft: object) -> Campaign:
    campaign = drafted(experiment, **draft)  # type: ignore[arg-type]  # named by the caller
    return publish_campaign(campaign, confirmed(campaign), now=NOW)


def complete(posting: Posting, n: int) -> None:
    for _ in range(n):
        make_submission(posting, outcome="completed", done_at=NOW, submitted_at=NOW, observed=SubmissionSight.SUBMITTED)


def budget() -> tuple[Decimal, Decimal]:
    row = Budget.objects.get()
    return row.reserved, row.spent
