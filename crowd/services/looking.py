"""Something may have happened at a platform: when an account is read next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from crowd.models import Account, Posting
from crowd.reconcile.pace import SOON


def look_soon(account: Account, *, now: datetime, postings: Iterable[str] = ()) -> int:
    """Something may have happened there: read the account next, and these postings (ids of the platform's) with it.

    How many of the postings are known to us.
    """
    known = Posting.objects.filter(campaign__account=account, external_id__in=list(postings)).update(look_at=now)
    Account.objects.filter(Q(poll_due__gt=now), pk=account.pk).update(poll_due=now)
    return known


def look_where_people_end(accounts: Iterable[int], *, now: datetime) -> int:
    """Somebody has just ended here, and is about to hand in there: read now what would be read only later.

    accounts: ids. How many of them it brings forward; those that are read every few seconds stay at their pace.
    """
    return Account.objects.filter(poll_due__gt=now + SOON, pk__in=set(accounts)).update(poll_due=now)
