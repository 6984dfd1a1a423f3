"""An account that does not answer is left alone for a while, whatever is to be done there: no hot loop."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from crowd import events
from crowd.errors import NeedsOperator, PlatformError, PlatformUnavailable
from crowd.models import Account
from crowd.reconcile.pace import OPERATORS_WAIT, wait_after


@transaction.atomic
def rest(account: Account, error: PlatformError, *, now: datetime, chance: float, is_reading: bool = False) -> Account:
    """Note why an account cannot be used, and leave it alone: doubled each time, a quarter of an hour at most.

    Only for PlatformUnavailable and NeedsOperator; other refusals are about one row and say nothing of the account.
    is_reading: even reading failed. Funds or rights that lack for a change stop changes, and it is read on.
    """
    if not isinstance(error, PlatformUnavailable | NeedsOperator):
        return account
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if is_resting(account, now) and not (is_reading and account.reads_on):
        return account  # several at once heard the same
    is_new = not account.trouble
    account.failures += 1
    account.trouble, account.troubled_since = _said(error), account.troubled_since or now
    account.rests_until = now + _wait(account, error, chance)
    account.reads_on = isinstance(error, NeedsOperator) and not is_reading
    account.save(update_fields=["failures", "trouble", "troubled_since", "rests_until", "reads_on"])
    if is_new:
        _tell(account, now)
    return account


def answered(account: Account, *, now: datetime, is_reading: bool = False) -> Account:
    """The account answers: nothing keeps anybody from calling it. Costs nothing when it did all along.

    is_reading: it was only read; what lacks for changes still lacks.
    """
    if not (account.trouble or account.failures or account.rests_until):
        return account
    return _woken(account, now, is_reading=is_reading)


@transaction.atomic
def _woken(account: Account, now: datetime, *, is_reading: bool) -> Account:
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if is_reading and account.reads_on:
        return account
    was_troubled = bool(account.trouble)
    account.failures, account.trouble, account.troubled_since = 0, "", None
    account.rests_until, account.reads_on = None, False
    account.save(update_fields=["failures", "trouble", "troubled_since", "rests_until", "reads_on"])
    if was_troubled:
        _tell(account, now)
    return account


def is_resting(account: Account, now: datetime) -> bool:
    """Nobody calls it now."""
    return account.rests_until is not None and account.rests_until > now


def _wait(account: Account, error: PlatformError, chance: float) -> timedelta:
    if isinstance(error, PlatformUnavailable):
        return wait_after(account.failures, chance=chance, retry_after=error.retry_after)
    return OPERATORS_WAIT


def _said(error: PlatformError) -> str:
    return f"{error.message} {error.hint}".strip()[:500]


def _tell(account: Account, now: datetime) -> None:
    events.record(
        events.CrowdEvent.PLATFORM_TROUBLED,
        None,
        subject=f"account:{account.uuid}",
        at=now,
        payload={"trouble": account.trouble},
    )
