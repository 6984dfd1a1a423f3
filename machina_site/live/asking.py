"""Who asks for a stream, and from where on: a token of the API, or the cookie of somebody signed in to the console."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Final, cast
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host
from django.utils import timezone

from experiments.api.access import Caller
from experiments.services.tokens import find_token

HIGHEST_ID: Final = 2**63 - 1
Scope = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. after: the cursor behind which to begin; None: with what comes from now on."""

    method: str
    path: str
    headers: Mapping[str, str]
    after: int | None = 0
    kinds: tuple[str, ...] = ()
    fault: str = ""

    @property
    def origin(self) -> str:
        """Of the page that asks, if it is one of ours; else empty."""
        origin = self.headers.get("origin", "")
        return origin if origin in settings.LIVE_ORIGINS else ""

    @property
    def is_for_us(self) -> bool:
        """Whether the Host header is one that we answer to."""
        domain, _ = split_domain_port(self.headers.get("host", ""))
        return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def asked_in(scope: Scope) -> Asked:
    """From ASGI's scope. `Last-Event-ID`, which a browser sends when it comes back, stands above `after`."""
    pairs = cast("list[tuple[bytes, bytes]]", scope.get("headers", []))
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in pairs}
    query = parse_qs(cast(bytes, scope.get("query_string", b"")).decode("latin-1"))
    text = headers.get("last-event-id", "").strip() or query.get("after", ["0"])[-1]
    is_number = text.isascii() and text.isdigit() and len(text) < 20  # Python reads no endless ones
    after = int(text) if is_number and int(text) <= HIGHEST_ID else None
    is_wrong = after is None and text != "now"
    return Asked(
        method=str(scope.get("method", "GET")),
        path=str(scope.get("path", "")),
        headers=headers,
        after=after,
        kinds=tuple(kind for each in query.get("kinds", []) for kind in each.split(",") if kind)[:20],
        fault=f"after must be the id of an event, 0 or “now”, not {text[:40]!r}." if is_wrong else "",
    )


def caller_in(asked: Asked) -> Caller | None:
    """None if nobody is named, or nobody who is known. Two queries."""
    scheme, _, secret = asked.headers.get("authorization", "").partition(" ")
    if scheme:
        token = find_token(secret.strip(), now=timezone.now()) if scheme.lower() == "bearer" else None
        return Caller(token.user, token) if token else None
    user = _signed_in(asked.headers.get("cookie", ""))
    return None if user is None or not user.is_active else Caller(user, None)


def _signed_in(cookies: str) -> User | AnonymousUser | None:
    try:
        known = {name: morsel.value for name, morsel in SimpleCookie(cookies).items()}
    except CookieError:
        return None
    if settings.SESSION_COOKIE_NAME not in known:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(known[settings.SESSION_COOKIE_NAME])
    return get_user(request)
