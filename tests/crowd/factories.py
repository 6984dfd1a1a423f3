"""Real rows of the crowd: an account, a campaign with its posting, somebody's submission, what they are owed."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from decimal import Decimal

from django.utils import timezone

from crowd.models import Account, Campaign, Posting, Submission
from experiments.models import Experiment
from experiments.types import Json
from participants.identity import participant_of
from tests.factories import make_experiment

NOWHERE = "http://127.0.0.1:9/"  # nothing listens there
_numbers = itertools.count(1)


def make_account(*, endpoint: str = NOWHERE, platform: str = "mturk", **columns: object) -> Account:
    """At a stand-in."""
    return Account.objects.create(
        name=f"Account {next(_numbers)}", platform=platform, endpoint=endpoint, credentials="env:STANDIN", **columns
    )


def make_terms(**changes: Json) -> dict[str, Json]:
    """Terms that can be posted."""
    terms: dict[str, Json] = {"title": "Rate ten pictures", "description": "Ten pages.", "reward": "1.00", "minutes": 6}
    return {**terms, **changes}


def make_campaign(
    experiment: Experiment | None = None,
    account: Account | None = None,
    *,
    terms: Mapping[str, Json] | None = None,
    goal: int = 9,
    status: str = Campaign.Status.RUNNING,
) -> Campaign:
    """A campaign that somebody confirmed."""
    experiment, account = experiment or make_experiment(), account or make_account()
    account.studies.add(experiment.study)
    if not experiment.study.budget:
        experiment.study.budget = dollars("10000.00")
        experiment.study.save()
    return Campaign.objects.create(
        experiment=experiment,
        account=account,
        title="Rate ten pictures",
        terms=make_terms(**(terms or {})),
        goal=goal,
        places=goal,
        status=status,
        confirmed_at=timezone.now(),
    )


def make_posting(campaign: Campaign | None = None, *, places: int = 9, **columns: object) -> Posting:
    """A posting of the first round."""
    campaign, number = campaign or make_campaign(), next(_numbers)
    return Posting.objects.create(
        campaign=campaign, round=1, number=number, token=f"token-{number}", desired_places=places, **columns
    )


def make_submission(posting: Posting | None = None, *, worker: str = "", **columns: object) -> Submission:
    """A claim of somebody: of one person if they are named."""
    posting, number = posting or make_posting(), next(_numbers)
    campaign = posting.campaign
    participant = participant_of(
        campaign.experiment.study, platform=campaign.account.platform, external_id=worker or f"A{number:013d}"
    )
    external_id = str(columns.pop("external_id", f"3{number:029d}"))
    return Submission.objects.create(posting=posting, external_id=external_id, participant=participant, **columns)


def dollars(amount: str) -> Decimal:
    """An amount, never through a float."""
    return Decimal(amount)
