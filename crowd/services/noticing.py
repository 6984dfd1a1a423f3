"""Notices: kept once each, and taken as a reason to look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from crowd.models import Account, Notice
from crowd.notices.hints import Hint
from crowd.services.looking import look_soon

KEPT: Final = timedelta(days=30)
"""Longer than any platform repeats one."""


@transaction.atomic
def note(account: Account, hints: Sequence[Hint], *, now: datetime) -> int:
    """Keep what is new, and look there soon: how many were new. One that came before changes nothing."""
    keys = [hint.key for hint in hints]
    known = set(Notice.objects.filter(account=account, key__in=keys).values_list("key", flat=True))
    new = {hint.key: hint for hint in hints if hint.key not in known}
    if not new:
        return 0
    Notice.objects.bulk_create((_row(account, hint, now) for hint in new.values()), ignore_conflicts=True)
    look_soon(account, now=now, postings={hint.posting_id for hint in new.values() if hint.posting_id})
    return len(new)


def forget_old(*, now: datetime) -> int:
    """Away with those that no platform repeats any more."""
    return Notice.objects.filter(received_at__lt=now - KEPT).delete()[0]


def _row(account: Account, hint: Hint, now: datetime) -> Notice:
    return Notice(
        account=account,
        key=hint.key,
        kind=hint.kind,
        posting_id=hint.posting_id,
        submission_id=hint.submission_id,
        happened_at=hint.happened_at,
        received_at=now,
    )
