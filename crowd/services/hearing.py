"""From what arrives from Amazon, through a topic (SNS) or a queue (SQS), to notices. Nothing unsigned is believed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.core.cache import cache

from crowd.errors import NotGenuine, PlatformUnavailable
from crowd.models import Account
from crowd.notices.hints import Hint
from crowd.notices.mturk import hints_in
from crowd.notices.sns import Envelope, is_amazons
from crowd.platforms.guard import is_stand_in, permit_address
from crowd.services.noticing import note
from crowd.services.reaching import link_of

OLDEST: Final = timedelta(hours=24)
PATIENCE: Final = 5.0
LONGEST: Final = 262_144
"""Bytes of one message: the most that SNS sends."""
BATCHES: Final = 50
"""Of ten messages: so many are read from a queue before somebody else may be at it."""


def hear_topic(account: Account, body: bytes, *, now: datetime) -> int:
    """One message that SNS posted to us: how many notices were new. NotGenuine: nothing has happened.

    Where we are asked whether we want to hear of the account's own topic, we say yes. Calls SNS at most twice, so not
    inside a transaction.
    """
    envelope = _genuine(account, body, now)
    if envelope["Type"] == "SubscriptionConfirmation":
        _fetch(envelope["SubscribeURL"])
        return 0
    if envelope["Type"] != "Notification":
        return 0
    try:
        return note(account, hints_in(envelope["Message"]), now=now)
    except ValueError as error:
        raise NotGenuine(str(error)) from error


def hear_queue(account: Account, *, now: datetime) -> int:
    """What waits in the account's queue: how many notices were new. A message is deleted once it is kept.

    PlatformError where the queue cannot be read; polling does without it.
    """
    from crowd.platforms.mturk.queue import Queue

    queue, new = Queue(link_of(account), _destination(account)), 0
    for _ in range(BATCHES):
        messages = queue.receive()
        if not messages:
            break
        new += note(account, [hint for _, body in messages for hint in _readable(body)], now=now)
        queue.delete([receipt for receipt, _ in messages])
    return new


def accounts_with_a_queue() -> list[Account]:
    """Those whose platform tells a queue what happens."""
    told = Account.objects.filter(platform="mturk", options__notifications__startswith="http")
    return list(told.order_by("pk"))


def _readable(body: str) -> list[Hint]:
    """A message that nobody can read is thrown away: it will not get better, and polling finds what it was about."""
    try:
        return hints_in(body)
    except ValueError:
        return []


def _destination(account: Account) -> str:
    """The topic or queue that the account's options name; "" if none."""
    found = account.options.get("notifications") if isinstance(account.options, dict) else None
    return found if isinstance(found, str) else ""


def _genuine(account: Account, body: bytes, now: datetime) -> Envelope:
    """The cheap questions first: whoever asks us to fetch a certificate must know the topic."""
    if len(body) > LONGEST:
        raise NotGenuine("The message is longer than SNS sends any.")
    try:
        envelope = Envelope.parse(body)
    except ValueError as error:
        raise NotGenuine("This is no message of Amazon SNS.") from error
    topic = _destination(account)
    if not topic or envelope["TopicArn"] != topic:
        raise NotGenuine("The account hears of another topic.", hint="Its options name the topic: notifications.")
    sent_at = envelope.sent_at
    if sent_at is None or not -OLDEST < now - sent_at < OLDEST:
        raise NotGenuine("The message is older than a day.")
    stand_in = account.endpoint if is_stand_in(account.endpoint) else ""
    addresses = [envelope["SigningCertURL"], *filter(None, [envelope["SubscribeURL"]])]
    if not all(is_amazons(address, stand_in=stand_in) for address in addresses):
        raise NotGenuine("The message's certificate does not lie at Amazon SNS.")
    if not _is_signed(envelope):
        raise NotGenuine("The message's signature is not that of Amazon SNS.")
    return envelope


def _is_signed(envelope: Envelope) -> bool:
    """By the certificate as we know it, or as it is now."""
    address = envelope["SigningCertURL"]
    key = f"crowd:sns:{sha256(address.encode()).hexdigest()}"
    known = cache.get(key)
    if known and envelope.is_signed_by(known):
        return True
    fresh = _fetch(address)
    if not envelope.is_signed_by(fresh):
        return False
    cache.set(key, fresh, 86_400)
    return True


def _fetch(address: str) -> bytes:
    """What lies there, at most LONGEST bytes of it."""
    import httpx

    permit_address(address)
    try:
        with httpx.stream("GET", address, timeout=PATIENCE, follow_redirects=False, trust_env=False) as reply:
            reply.raise_for_status()
            return _first_of(reply.iter_bytes(LONGEST))
    except httpx.InvalidURL as error:
        raise NotGenuine("The message's certificate lies nowhere.") from error
    except httpx.HTTPError as error:
        raise PlatformUnavailable("Amazon SNS does not answer.", code="sns") from error


def _first_of(parts: Iterable[bytes]) -> bytes:
    read = b""
    for part in parts:
        read += part
        if len(read) >= LONGEST:
            break
    return read[:LONGEST]
