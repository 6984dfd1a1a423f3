"""From an account's row to a platform that can be called; what is trouble for all of it stands on the row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.utils import timezone

from crowd.errors import NeedsOperator, PlatformUnavailable
from crowd.models import Account, Campaign
from crowd.platforms import PLATFORMS, Platform
from crowd.platforms.base import Link
from crowd.platforms.guard import permit
from crowd.services.resting import answered, rest
from experiments.errors import Unknown
from experiments.types import JsonObject


def link_of(account: Account, campaign: Campaign | None = None) -> Link:
    """campaign: on whose behalf money is spent. Where money is real, only a confirmed one may spend."""
    return Link(
        platform=account.platform,
        endpoint=account.endpoint,
        region=account.region,
        credentials=account.credentials,
        is_production=account.is_production,
        options=cast(JsonObject, account.options or {}),
        bucket=account.uuid.hex,
        may_spend=campaign is not None and campaign.account_id == account.pk and campaign.confirmed_at is not None,
    )


def reach(account: Account, campaign: Campaign | None = None) -> Platform:
    """The account, ready to be called: outside of any transaction.

    campaign: needed for what spends (publish, open, add_places, approve, pay_bonus); reading needs none.
    LivePlatform (it is NeedsOperator, too) if it may not be called from here. Unknown if no such kind is installed.
    """
    kind = PLATFORMS.get(account.platform)
    if kind is None:
        raise Unknown(f"No platform is called “{account.platform}”.", hint=f"There are: {', '.join(PLATFORMS)}.")
    link = link_of(account, campaign)
    permit(kind, link)
    return kind.connect(link)


@contextmanager
def talking(account: Account, campaign: Campaign | None = None, *, chance: float = 0.5) -> Iterator[Platform]:
    """`reach`, and what concerns the whole account is written on it: that it rests if it does not answer or somebody
    has to act, and that it answers once calls went well. Errors go on. chance: in [0, 1), spreads retries.
    """
    try:
        yield reach(account, campaign)
    except (PlatformUnavailable, NeedsOperator) as error:
        rest(account, error, now=timezone.now(), chance=chance)
        raise
    if account.trouble or account.rests_until:
        answered(account, now=timezone.now())
