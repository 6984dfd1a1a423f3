"""Something may have happened at a platform: when an account is read next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from crowd.models import Account, Posting


def look_soon(account: Account, *, now: datetime, postings: Iterable[str] = ()) -> int:
    """Something may have happened there: read the account next, and these postings (ids of the platform's) with it.

    How many of the postings are known to us.
    """
    known = Posting.objects.filter(campaign__account=account, external_id__in=list(postings)).update(look_at=now)
    Account.objects.filter(Q(poll_due__gt=now), pk=account.pk).update(poll_due=now)
    return known
