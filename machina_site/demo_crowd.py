"""The demo's crowd: an account at the stand-in, and a campaign in draft that a newcomer publishes and pays."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from crowd.models import Account, Campaign
from crowd.services.accounts import AccountDraft, create_account
from crowd.services.campaigns import Draft, create_campaign
from crowd.terms import Terms
from experiments.models import Experiment, Status
from experiments.services.lifecycle import start_experiment
from experiments.services.study_file import import_study
from experiments.types import JsonObject
from experiments.yaml_file import load
from machina_site.paths import BASE

if TYPE_CHECKING:
    from django.contrib.auth.models import User

FILE = BASE / "examples" / "first_hit.yaml"
SLUG = "first-hit"
ACCOUNT = "Stand-in for Mechanical Turk"
CREDENTIALS = "STANDIN_CREDENTIALS"
ANY_KEY = "STANDIN:any-secret-will-do"
GOAL = 9
TERMS: JsonObject = {
    "title": "Would you go for this walk?",
    "description": (
        "Read one suggestion and say how much you would like to follow it. Two minutes, three short pages. "
        "25 cents more for everybody who is done within ten minutes."
    ),
    "keywords": ["survey", "opinion", "short"],
    "reward": "0.50",
    "worst_bonus": "0.25",
    "bonus": "0.25 * (minutes < 10)",
    "minutes": 2,
    "assignment_seconds": 1800,
    "fair_hourly": "12.00",
}


@transaction.atomic
def seed_crowd(*, now: datetime) -> Campaign:
    """The campaign. What is there already stays as somebody left it."""
    experiment = seed_experiment()
    account = seed_account(experiment, now=now)
    known = Campaign.objects.filter(experiment=experiment).order_by("pk").first()
    draft = Draft(Terms.parse(TERMS).as_json(), GOAL)
    return known or create_campaign(experiment, account, draft, by=_administrator(), now=now)


def seed_experiment() -> Experiment:
    """Running, with a budget."""
    known = Experiment.objects.filter(slug=SLUG).first()
    if known is not None:
        return known
    document, _ = load(FILE.read_bytes())
    experiment = import_study(cast(JsonObject, document), owner=_administrator()).experiments.get(slug=SLUG)
    return start_experiment(experiment) if experiment.status == Status.DRAFT else experiment


def seed_account(experiment: Experiment, *, now: datetime) -> Account:
    """At the stand-in that the demo runs; its credentials are any."""
    draft = AccountDraft(
        name=ACCOUNT,
        platform="mturk",
        endpoint=f"http://127.0.0.1:{settings.STANDIN_PORT}",
        credentials=f"env:{CREDENTIALS}",
        studies=(experiment.study,),
    )
    return Account.objects.filter(name=ACCOUNT).first() or create_account(draft, by=None, now=now)


def port_of(campaign: Campaign) -> int:
    """Where the stand-in has to listen: the account was made once, and PORT may be another today."""
    return urlsplit(campaign.account.endpoint).port or settings.STANDIN_PORT


def _administrator() -> User | None:
    return get_user_model().objects.filter(is_superuser=True).order_by("pk").first()
