"""What a command line names: campaigns and submissions by how their ids begin, who confirms, an amount."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.db.models import QuerySet

from crowd.models import Campaign, Errand, Submission
from experiments.console import search_by_uuid

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def campaign_named(name: str) -> Campaign:
    """With its account, study and version. CommandError unless exactly one id begins so."""
    rows: QuerySet[Campaign] = Campaign.objects.select_related("account", "experiment__study", "experiment__version")
    found: list[Campaign] = list(search_by_uuid(rows, name)[:2])
    if len(found) != 1:
        raise CommandError(f"{'No campaign begins' if not found else 'Several campaigns begin'} with “{name}”.")
    return found[0]


def submission_named(campaign: Campaign, name: str) -> Submission:
    """One of its submissions. CommandError unless exactly one id begins so."""
    found: list[Submission] = list(search_by_uuid(Submission.objects.filter(posting__campaign=campaign), name)[:2])
    if len(found) != 1:
        raise CommandError(f"{'No submission begins' if not found else 'Several submissions begin'} with “{name}”.")
    return found[0]


def errand_named(campaign: Campaign, name: str) -> Errand:
    """One of its messages and blocks. CommandError unless exactly one id begins so."""
    found: list[Errand] = list(search_by_uuid(Errand.objects.filter(campaign=campaign), name)[:2])
    if len(found) != 1:
        raise CommandError(f"{'No message or block begins' if not found else 'Several begin'} with “{name}”.")
    return found[0]


def user_named(name: str | None) -> User | None:
    """None if nobody is named: a command alone. CommandError if there is nobody of that name."""
    if not name:
        return None
    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"There is no user “{name}”.")
    return user


def total_typed(text: str) -> Decimal:
    """What --total says. CommandError if it is no amount."""
    try:
        return Decimal(text)
    except InvalidOperation:
        raise CommandError(f"--total must be an amount like 89.76, not “{text}”.") from None
