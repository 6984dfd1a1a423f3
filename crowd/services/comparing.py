"""Read what the platform says it paid, and set it beside what we say. It changes nothing but the note of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from crowd.errors import PlatformError
from crowd.models import Campaign, LedgerCheck, Payment, Posting
from crowd.paying.comparing import Comparison, compare, compare_by_work, total
from crowd.platforms.base import BonusSeen, Can, Platform
from crowd.reconcile.words import PaymentState
from crowd.services.reaching import talking

CANNOT = "Nobody is paid through this platform by us: there is nothing to compare."


def compare_with_platform(campaign: Campaign, *, at: datetime) -> LedgerCheck:
    """All bonuses of its postings. Call it outside of a transaction: one call for each posting, and its pages."""
    try:
        with talking(campaign.account, campaign) as platform:
            if Can.BONUS not in platform.abilities:
                return _noted(campaign, at, trouble=CANNOT)
            keeps_reasons = Can.TOKENS in platform.abilities
            found = COMPARISONS[keeps_reasons](campaign, list(_seen(campaign, platform)))
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


def _by_reference(campaign: Campaign, seen: list[BonusSeen]) -> Comparison:
    """Each by the reference in its reason."""
    through_it = _through(campaign)
    ours = dict(through_it.values_list("reference", "obligation__amount"))
    confirmed = through_it.filter(state=PaymentState.CONFIRMED).values_list("reference", flat=True)
    return compare(seen, ours, confirmed)


def _by_work(campaign: Campaign, seen: list[BonusSeen]) -> Comparison:
    """The platform keeps no reasons: each by the work it was for, and its amount."""
    through_it = _through(campaign)
    columns = ("obligation__submission__external_id", "obligation__amount")
    confirmed = through_it.filter(state=PaymentState.CONFIRMED).values_list(*columns)
    maybe = through_it.filter(state__in=(PaymentState.SENDING, PaymentState.UNKNOWN)).values_list(*columns)
    return compare_by_work(seen, confirmed=list(confirmed), maybe=list(maybe))


def _through(campaign: Campaign) -> QuerySet[Payment]:
    """Paid through work of this campaign, which may be for another one; not what was paid by hand."""
    rows = Payment.objects.exclude(obligation__kind="base").filter(elsewhere="")
    return rows.filter(obligation__submission__posting__campaign=campaign)


def _noted(campaign: Campaign, at: datetime, *, trouble: str) -> LedgerCheck:
    return LedgerCheck.objects.create(campaign=campaign, at=at, trouble=trouble)


COMPARISONS: Final = {True: _by_reference, False: _by_work}
