"""From what Prolific posts to us to notices: believed if it was signed just now, with the workspace's secret."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from crowd.errors import NeedsOperator, NotGenuine
from crowd.models import Account, Submission
from crowd.notices.hints import Hint
from crowd.notices.prolific import hint_in, is_signed
from crowd.platforms.credentials import secret_of
from crowd.services.noticing import note

OLDEST: Final = timedelta(minutes=5)
"""Each attempt of a delivery has a time of its own: an older one was recorded by somebody."""
LONGEST: Final = 65_536


@dataclass(frozen=True, slots=True)
class Signed:
    """What came. event: the same for each attempt. stamp: UNIX time. signature: base64."""

    body: bytes
    event: str
    stamp: str
    signature: str


def hear_webhook(account: Account, signed: Signed, *, now: datetime) -> int:
    """How many notices were new: 1, or 0 for one that came before. NotGenuine: nothing has happened."""
    _require_genuine(account, signed, now)
    try:
        hint = hint_in(signed.body, key=signed.event)
    except ValueError as error:
        raise NotGenuine("This is no event of Prolific.") from error
    return note(account, [_with_posting(account, hint)], now=now)


def _require_genuine(account: Account, signed: Signed, now: datetime) -> None:
    """The cheap questions first."""
    if len(signed.body) > LONGEST or not signed.event or not signed.signature:
        raise NotGenuine("This is no event of Prolific.")
    if not signed.stamp.isdecimal() or len(signed.stamp) > 11:  # 11 digits: till the year 5138
        raise NotGenuine("The event does not say when it was sent.")
    if abs(now - datetime.fromtimestamp(int(signed.stamp), UTC)) > OLDEST:
        raise NotGenuine("The event was sent at another time.", hint="Set this machine's clock by NTP.")
    if not is_signed(signed.body, secret=_secret(account), stamp=signed.stamp, signature=signed.signature):
        raise NotGenuine("The event's signature is not that of the workspace.")


def _secret(account: Account) -> str:
    found = account.options.get("webhook_secret") if isinstance(account.options, dict) else None
    try:
        return secret_of(found if isinstance(found, str) else "")
    except NeedsOperator as error:
        raise NotGenuine("The account knows no secret that events are signed with.", hint=error.hint) from error


def _with_posting(account: Account, hint: Hint) -> Hint:
    """A submission's event names no study: it is that of the claim, if we know it."""
    if not hint.submission_id:
        return hint
    rows = Submission.objects.filter(posting__campaign__account=account, external_id=hint.submission_id)
    found = rows.values_list("posting__external_id", flat=True).first()
    return replace(hint, posting_id=found or "")
