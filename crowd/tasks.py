"""What workers do for this room. The tables are the queue; a message only says that it is worth a look."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from celery import shared_task
from django.utils import timezone

from crowd.errors import PlatformError
from crowd.models import Account, Campaign
from crowd.services import hearing, noticing, wrapping_up
from crowd.services.carrying_out import accounts_with_work, carry_out_account
from crowd.services.comparing import compare_with_platform
from crowd.services.erasing import erase_due
from crowd.services.errands import accounts_with_errands, run_errands
from crowd.services.excluding import keep_lists
from crowd.services.judging import judge_ended
from crowd.services.polling import due_accounts, poll_account
from crowd.services.pushing import accounts_with_lists, push_lists
from crowd.services.review_rule import review_by_rule
from crowd.services.rounds import due
from crowd.services.sending import accounts_to_pay, send_for
from crowd.services.settling import settle_money
from crowd.services.tending import tend

if TYPE_CHECKING:
    import numpy as np

log = logging.getLogger(__name__)
TEND_EVERY: Final = 10.0
SHIFT: Final = timedelta(seconds=25)
"""So long one task stays with one account, most of it waiting for its turn; the next goes on where it stopped."""


def _chance() -> np.random.Generator:
    """Heavy to load: a web process only names the tasks."""
    import numpy as np

    return np.random.default_rng()


@shared_task(name="crowd.tasks.poll_platforms")
def poll_platforms() -> int:
    """Read the accounts whose time has come, each in a task of its own. How many."""
    due = due_accounts(timezone.now())
    for pk in due:
        read_account.apply_async((pk,), expires=SHIFT.total_seconds())
    return len(due)


@shared_task(name="crowd.tasks.read_account")
def read_account(pk: int) -> dict[str, int | str]:
    """Read one account; nothing if somebody is at it already."""
    account = Account.objects.filter(pk=pk).first()
    reading = poll_account(account, clock=timezone.now, rng=_chance(), shift=SHIFT) if account else None
    return asdict(reading) if reading else {}


@shared_task(name="crowd.tasks.read_queues")
def read_queues() -> int:
    """What platforms put into queues: how many notices were new. A queue that cannot be read delays nothing."""
    new = 0
    for account in hearing.accounts_with_a_queue():
        try:
            new += hearing.hear_queue(account, now=timezone.now())
        except PlatformError as error:
            log.warning("The queue of %s cannot be read: %s", account, error.message)
    return new


@shared_task(name="crowd.tasks.forget_notices")
def forget_notices() -> int:
    """Away with old notices."""
    return noticing.forget_old(now=timezone.now())


@shared_task(name="crowd.tasks.tend_campaigns")
def tend_campaigns() -> int:
    """Look at each campaign that may need a round, or is closed and not settled, in a task of its own. How many."""
    waiting = due(timezone.now())
    for pk in waiting:
        tend_campaign.apply_async((pk,), expires=TEND_EVERY)
    return len(waiting)


@shared_task(name="crowd.tasks.tend_campaign")
def tend_campaign(pk: int) -> int:
    """Its next round, if it is due: how many places went up. Twice, or two at once, posts once."""
    campaign = Campaign.objects.filter(pk=pk).first()
    return tend(campaign, now=timezone.now()) if campaign else 0


@shared_task(name="crowd.tasks.carry_out_wishes")
def carry_out_wishes() -> int:
    """Call the platforms for what is desired and not so, each account in a task of its own. How many accounts."""
    now = timezone.now()
    due = sorted({*accounts_with_work(now), *accounts_with_lists(now)})
    for pk in due:
        carry_out_for.apply_async((pk,), expires=SHIFT.total_seconds())
    return len(due)


@shared_task(name="crowd.tasks.carry_out_for")
def carry_out_for(pk: int) -> dict[str, int]:
    """What is desired at one account. Several of these at once share the rows."""
    account = Account.objects.filter(pk=pk).first()
    if account is None:
        return {}
    push_lists(account, clock=timezone.now, rng=_chance())
    account.refresh_from_db()
    done = carry_out_account(account, clock=timezone.now, rng=_chance(), shift=SHIFT)
    return {str(action): n for action, n in done.items()}


@shared_task(name="crowd.tasks.settle_money")
def settle_all_money() -> dict[str, int]:
    """Bring what is owed, held and confirmed into line with what was seen."""
    return dict(settle_money(now=timezone.now()))


@shared_task(name="crowd.tasks.compare_money")
def compare_money(pk: int) -> int:
    """Set what the platform says it paid for a campaign beside what we say. How many bonuses stand apart."""
    campaign = Campaign.objects.select_related("account", "experiment__study").filter(pk=pk).first()
    if campaign is None:
        return 0
    found = compare_with_platform(campaign, at=timezone.now())
    return found.strange + found.missing


@shared_task(name="crowd.tasks.pay_people")
def pay_people() -> int:
    """Send what is approved, and look up what is unknown, each account in a task of its own. How many accounts."""
    due = accounts_to_pay(timezone.now())
    for pk in due:
        pay_through.apply_async((pk,), expires=SHIFT.total_seconds())
    return len(due)


@shared_task(name="crowd.tasks.pay_through")
def pay_through(pk: int) -> dict[str, int]:
    """What is to be paid through one account."""
    account = Account.objects.filter(pk=pk).first()
    if account is None:
        return {}
    return dict(send_for(account, clock=timezone.now, rng=_chance(), shift=SHIFT))


@shared_task(name="crowd.tasks.see_to_endings")
def see_to_endings() -> dict[str, int]:
    """Hear how it ended for people, and see to those who finished and never handed in."""
    return wrapping_up.see_to_endings(timezone.now())


@shared_task(name="crowd.tasks.keep_lists_of_people")
def keep_lists_of_people() -> int:
    """Who belongs onto the lists by which platforms keep people out. How many joined."""
    return keep_lists()


@shared_task(name="crowd.tasks.approve_by_rule")
def approve_by_rule() -> int:
    """Judge who completed, then approve what the rule approves where a person switched it on. How many."""
    judge_ended(now=timezone.now())
    return review_by_rule(now=timezone.now())


@shared_task(name="crowd.tasks.erase_what_is_due")
def erase_what_is_due() -> int:
    """Erase people whose studies' time for personal data is over. How many."""
    return erase_due(now=timezone.now())


@shared_task(name="crowd.tasks.run_errands_of_all")
def run_errands_of_all() -> dict[str, int]:
    """Write to people and block them where somebody ordered it. How they ended."""
    ended: dict[str, int] = {}
    for account in Account.objects.filter(pk__in=accounts_with_errands(timezone.now())):
        for state, n in run_errands(account, clock=timezone.now).items():
            ended[state] = ended.get(state, 0) + n
    return ended
