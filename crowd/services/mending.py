"""Somebody says: look again, try again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from crowd import events
from crowd.models import Account, Campaign, Posting, Submission
from crowd.models.pursued import Pursued
from crowd.services.leasing import try_again
from experiments.errors import Unknown


@transaction.atomic
def look_now(campaigns: QuerySet[Campaign], *, now: datetime) -> int:
    """Read the accounts of these campaigns next, and all that is open there, even where an account rests.

    How many accounts. Only the time of the next look changes; nothing is called from here.
    """
    accounts = Account.objects.filter(pk__in=campaigns.values("account"))
    open_ones = Posting.objects.known().filter(campaign__in=campaigns).exclude(observed__in=("gone", "absent"))
    open_ones.update(look_at=now)
    later = Q(poll_due__gt=now) | Q(poll_due__isnull=True)
    accounts.filter(later).update(poll_due=now)
    accounts.filter(rests_until__gt=now).update(rests_until=None)
    return accounts.count()


@transaction.atomic
def try_row_again(subject: str, campaigns: QuerySet[Campaign], *, now: datetime) -> Posting | Submission:
    """Let a row be called for again that was refused or has to wait. subject: "posting:<uuid>", "submission:<uuid>".

    Unknown if it is not of these campaigns. Nothing else about it changes: what is desired stays desired.
    """
    kind, _, identity = subject.partition(":")
    found = _find(kind, identity, campaigns)
    campaign = found.campaign if isinstance(found, Posting) else found.posting.campaign
    table: QuerySet[Pursued] = type(found)._default_manager.filter(pk=found.pk)
    if try_again(table):
        events.record(events.CrowdEvent.TRIED_AGAIN, campaign.experiment, subject=subject, at=now)
    Account.objects.filter(pk=campaign.account_id, rests_until__gt=now).update(rests_until=None)
    return found


def _find(kind: str, identity: str, campaigns: QuerySet[Campaign]) -> Posting | Submission:
    found: Posting | Submission | None = None
    if kind == "posting" and _is_uuid(identity):
        rows = Posting.objects.filter(campaign__in=campaigns).select_related("campaign__experiment")
        found = rows.filter(uuid=identity).first()
    elif kind == "submission" and _is_uuid(identity):
        claims = Submission.objects.filter(posting__campaign__in=campaigns)
        found = claims.select_related("posting__campaign__experiment").filter(uuid=identity).first()
    if found is None:
        raise Unknown("There is nothing of that name that you can see.", hint="Load the page of differences again.")
    return found


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
