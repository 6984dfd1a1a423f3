"""What Prolific answers when it does not do it, in our four kinds of errors."""

from __future__ import annotations

import re
from typing import Final

import httpx

from crowd.errors import NeedsOperator, PlatformError, PlatformRefused, PlatformUnavailable

NOT_FOUND: Final = "not-found"
TOKEN: Final = "Look at the account's credentials: the API token may be wrong, withdrawn, or of another workspace."  # noqa: S105
FUNDS: Final = (
    "Top up the workspace's balance in Prolific's web application, then try again: nothing is lost meanwhile."
)
_FUNDS: Final = re.compile(r"\bfunds?\b|\bbalance\b|\btop.?up\b|\bwallet\b", re.I)
_ID: Final = re.compile(r"\b[0-9a-f]{24}\b")


def of_reply(reply: httpx.Response) -> PlatformError:
    """A reply that says no."""
    status, message = reply.status_code, f"Prolific: {sentence_of(reply)}"
    if status == 429:
        return PlatformUnavailable(
            "Prolific has too many calls of this account.", code="throttled", retry_after=_seconds(reply)
        )
    if status >= 500:
        return PlatformUnavailable(message, code="fault")
    if status in (401, 403):
        return NeedsOperator(message, code="no-permission", hint=TOKEN)
    if status == 402 or _FUNDS.search(message):
        return NeedsOperator(message, code="no-funds", hint=FUNDS)
    if status == 404:
        return PlatformRefused(message, code=NOT_FOUND)
    return PlatformRefused(message, code="refused")


def of_transport(error: httpx.TransportError) -> PlatformUnavailable:
    """No answer. Without a connection the call has had no effect; otherwise nobody knows."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return PlatformUnavailable("Prolific cannot be reached.", code="not-connected")
    return PlatformUnavailable(
        f"Prolific did not answer ({type(error).__name__}). The call may have had its effect.", code="no-answer"
    )


def unreadable() -> PlatformUnavailable:
    """An answer that is none of the API's."""
    return PlatformUnavailable("Prolific's answer cannot be read. The call may have had its effect.", code="no-answer")


def sentence_of(reply: httpx.Response) -> str:
    """What it says is wrong: one line without ids of people, at most 300 characters."""
    try:
        found = reply.json()
    except ValueError:
        found = {}
    error = found.get("error", found) if isinstance(found, dict) else {}
    detail = error.get("detail") if isinstance(error, dict) else error
    told = _flat(detail) or f"it answered {reply.status_code}"
    return " ".join(_ID.sub("…", told).split())[:300]


def _flat(detail: object) -> str:
    """Sentences of a tree of them, each with the field it is about."""
    if isinstance(detail, dict):
        return " ".join(f"{name}: {_flat(value)}" for name, value in detail.items())
    if isinstance(detail, list):
        return " ".join(_flat(value) for value in detail)
    return "" if detail is None else str(detail)


def _seconds(reply: httpx.Response) -> float:
    """Retry-After, as far as it is a number."""
    said = reply.headers.get("Retry-After", "")
    return float(said) if said.isdigit() else 5.0
