"""Who a visitor is: a random name in one small signed cookie. What cannot be read is a new visitor, never an error."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bandits.web.options import Options

SALT = "bandits.web.visitor.1"
NAME = re.compile(r"[A-Za-z0-9_-]{16,43}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """key: what decisions know the visitor by. forced: arms by slug, for trying out.

    is_new: no cookie has told of it yet. is_due: the cookie is to be written anew. is_named: by the project itself.
    """

    key: str
    forced: Mapping[str, str] = field(default_factory=dict)
    is_new: bool = False
    is_due: bool = False
    is_named: bool = False


def visitor_of(request: HttpRequest, options: Options) -> Visitor:
    """From the project's own name if it gives one, else from the cookie; else a new one, not yet told to anybody."""
    content = _content(request.COOKIES.get(options.cookie_name, ""), options)
    forced = content.forced if content else {}
    name = options.name_of(request)
    if name:
        return Visitor(_pseudonym(name), forced, is_named=True)
    return content or Visitor(secrets.token_urlsafe(16), is_new=True)


def remember(response: HttpResponseBase, visitor: Visitor, options: Options, *, is_secure: bool) -> None:
    """Put the visitor into the cookie. Secure as the request was: a cookie that cannot come back would never be one."""
    content: dict[str, object] = {"v": "" if visitor.is_named else visitor.key}
    response.set_cookie(
        options.cookie_name,
        signing.dumps({**content, **({"f": dict(visitor.forced)} if visitor.forced else {})}, salt=SALT),
        max_age=options.cookie_age,
        path=options.cookie_path,
        domain=options.cookie_domain,
        secure=is_secure or options.cookie_samesite == "None",
        httponly=True,
        samesite=options.cookie_samesite,
    )


def _content(cookie: str, options: Options) -> Visitor | None:
    """What the cookie says; None if it is not ours, too old, or of a shape that we do not write."""
    if not cookie or len(cookie) > 2_000:
        return None
    try:
        read = signing.loads(cookie, salt=SALT, max_age=timedelta(seconds=options.cookie_age))
    except signing.BadSignature:
        return None
    key = read.get("v") if isinstance(read, Mapping) else None
    if not isinstance(key, str) or not (NAME.fullmatch(key) or key == ""):
        return None
    forced = _forced(read.get("f"))
    if not key:
        return Visitor(secrets.token_urlsafe(16), forced, is_new=True)
    return Visitor(key, forced, is_due=_is_ageing(cookie, options))


def _forced(found: object) -> dict[str, str]:
    return {str(slug): str(arm) for slug, arm in found.items()} if isinstance(found, Mapping) else {}


def _is_ageing(cookie: str, options: Options) -> bool:
    """Whether more than half its life is over. The signature was good."""
    try:
        signing.loads(cookie, salt=SALT, max_age=timedelta(seconds=options.cookie_age / 2))
    except signing.SignatureExpired:
        return True
    return False


def _pseudonym(name: str) -> str:
    """A name that says nothing about the project's own, the same for ever (as long as SECRET_KEY is)."""
    return hmac.new(f"{SALT}{settings.SECRET_KEY}".encode(), name.encode(), hashlib.sha256).hexdigest()[:32]
