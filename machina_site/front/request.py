"""A request as the front reads it: only what is plain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from wsgiref.types import WSGIEnvironment

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from rest_framework.exceptions import ParseError

from experiments.api.parsers import StrictJsonParser
from experiments.types import Json

JSON_TYPES = frozenset({"application/json", "application/json; charset=utf-8", "application/json;charset=utf-8"})
PARSER = StrictJsonParser()


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. view: the name of the route, for /metrics."""

    status: int
    body: bytes
    view: str
    headers: tuple[tuple[str, str], ...] = ()


def secret_in(environ: WSGIEnvironment) -> str:
    """The token of a plain request; empty if Django should read this one: another scheme, an Idempotency-Key, a
    wish for another representation.
    """
    scheme, _, secret = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    is_plain = (
        scheme == "Bearer"
        and not environ.get("QUERY_STRING")
        and "HTTP_IDEMPOTENCY_KEY" not in environ
        and _accepts_json(str(environ.get("HTTP_ACCEPT", "")))
        and _may_be_asked(environ)
    )
    return secret if is_plain else ""


def json_in(environ: WSGIEnvironment) -> Json:
    """The body; None if Django should read it. Whatever was read is put back."""
    length = str(environ.get("CONTENT_LENGTH") or "")
    is_json = str(environ.get("CONTENT_TYPE", "")).lower() in JSON_TYPES
    if not is_json or not length.isdecimal() or int(length) > settings.API_LARGEST_BODY:
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    try:
        return PARSER.parse(BytesIO(body))
    except ParseError:
        return None


def _accepts_json(accepted: str) -> bool:
    return not accepted or "*/*" in accepted or "application/json" in accepted


def _may_be_asked(environ: WSGIEnvironment) -> bool:
    """By that name, and over that scheme; the refusals are Django's."""
    is_known = _is_ours(str(environ.get("HTTP_HOST", "")), tuple(settings.ALLOWED_HOSTS))
    return is_known and (not settings.SECURE_SSL_REDIRECT or is_secure(environ))


@lru_cache(maxsize=256)
def _is_ours(given: str, allowed: tuple[str, ...]) -> bool:
    host, _ = split_domain_port(given)
    return validate_host(host, allowed)


def is_secure(environ: WSGIEnvironment) -> bool:
    """As `HttpRequest.is_secure` says."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        if name in environ:
            return str(environ[name]).split(",", 1)[0].strip() == value
    return environ.get("wsgi.url_scheme") == "https"
