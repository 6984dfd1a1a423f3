"""Read what the platform says it paid, and set it beside what we say. It changes nothing but the note of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from crowd.errors import PlatformError
from crowd.models import Campaign, LedgerCheck, Payment, Posting
from crowd.paying.comparing import Comparison, compare, total
from crowd.platforms.base import BonusSeen, Can, Platform
from crowd.reconcile.words import PaymentState
from crowd.services.reaching import talking

CANNOT = "This platform does not list bonuses by what they were for; look at single payments instead."


def compare_with_platform(campaign: Campaign, *, at: datetime) -> LedgerCheck:
    """All bonuses of its postings. Call it outside of a transaction: one call for each posting, and its pages."""
    try:
        with talking(campaign.account, campaign) as platform:
            if Can.TOKENS not in platform.abilities:
                return _noted(campaign, at, trouble=CANNOT)
            found = _compared(campaign, list(_seen(campaign, platform)))
    except PlatformError as error:
        return _noted(campaign, at, trouble=f"{error.message} {error.hint}".strip()[:500])
    return LedgerCheck.objects.create(
        campaign=campaign,
        at=at,
        shown=len(found.shown),
        shown_amount=total(found.shown),
        strange=len(found.strange),
        strange_amount=total(found.strange),
        missing=len(found.missing),
        missing_amount=total(found.missing),
    )


def _seen(campaign: Campaign, platform: Platform) -> Iterator[BonusSeen]:
    ids = Posting.objects.filter(campaign=campaign).exclude(external_id="").values_list("external_id", flat=True)
    for external_id in ids:
        yield from platform.bonuses(posting_id=external_id, submission_id="")


def _compared(campaign: Campaign, seen: list[BonusSeen]) -> Comparison:
    """Payments of this campaign may have gone through work of another one: those are not missing here."""
    rows = Payment.objects.exclude(obligation__kind="base")
    through_it = rows.filter(obligation__submission__posting__campaign=campaign)
    ours = dict(through_it.values_list("reference", "obligation__amount"))
    confirmed = through_it.filter(state=PaymentState.CONFIRMED).values_list("reference", flat=True)
    return compare(seen, ours, confirmed)


def _noted(campaign: Campaign, at: datetime, *, trouble: str) -> LedgerCheck:
    return LedgerCheck.objects.create(campaign=campaign, at=at, trouble=trouble)
