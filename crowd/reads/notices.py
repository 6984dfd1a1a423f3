"""How an account is told of what happens, and when it last was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.urls import reverse

from crowd.models import Account, Notice

TO: Final = {"prolific": "the workspace's webhooks (prolific_webhooks does it)"}


@dataclass(frozen=True, slots=True)
class Notices:
    """is_told: the account names a topic, a queue or a secret. address: what is subscribed to; "" for a queue.

    to: in words.
    """

    is_told: bool = False
    address: str = ""
    to: str = ""
    last: datetime | None = None


def notices_of(account: Account) -> Notices:
    """One query, and none for an account that is told nothing."""
    told = {"prolific": "webhook_secret"}.get(account.platform, "notifications")
    destination = account.options.get(told) if isinstance(account.options, dict) else None
    if not isinstance(destination, str) or not destination:
        return Notices()
    path = _path(account, destination)
    last = Notice.objects.filter(account=account).values_list("received_at", flat=True).first()
    return Notices(
        True, f"{settings.PUBLIC_URL}{path}" if path else "", TO.get(account.platform, "its SNS topic"), last
    )


def _path(account: Account, destination: str) -> str:
    """Where we are told; "" where we fetch it."""
    if account.platform == "prolific":
        return reverse("crowd:prolific", args=[account.uuid])
    return reverse("crowd:sns", args=[account.uuid]) if destination.startswith("arn:") else ""
