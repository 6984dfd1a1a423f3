"""A request as the front reads it: only what is plain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from wsgiref.types import WSGIEnvironment

from django.http.request import split_domain_port, validate_host
from rest_framework.exceptions import ParseError

from experiments.api.parsers import read_json
from experiments.types import Json
from machina_site.front.rules import rules

JSON_TYPES = frozenset({"application/json", "application/json; charset=utf-8", "application/json;charset=utf-8"})


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
    if environ.get("QUERY_STRING") or "HTTP_IDEMPOTENCY_KEY" in environ or not _may_be_asked(environ):
        return ""
    accepted = environ.get("HTTP_ACCEPT", "")
    is_json = not accepted or "*/*" in accepted or "application/json" in accepted
    scheme, _, secret = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return secret if scheme == "Bearer" and is_json else ""


def json_in(environ: WSGIEnvironment) -> Json:
    """The body; None if Django should read it. Whatever was read is put back."""
    length = str(environ.get("CONTENT_LENGTH") or "")
    is_json = environ.get("CONTENT_TYPE", "").lower() in JSON_TYPES
    if not is_json or not length.isdecimal() or int(length) > rules().largest:
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    try:
        return read_json(body)
    except ParseError:
        return None


def _may_be_asked(environ: WSGIEnvironment) -> bool:
    """By that name, and over that scheme; the refusals are Django's."""
    is_known = _is_ours(environ.get("HTTP_HOST", ""), rules().hosts)
    return is_known and (not rules().redirects or is_secure(environ))


@lru_cache(maxsize=256)
def _is_ours(given: str, allowed: tuple[str, ...]) -> bool:
    host, _ = split_domain_port(given)
    return validate_host(host, allowed)


def is_secure(environ: WSGIEnvironment) -> bool:
    """As `HttpRequest.is_secure` says."""
    proxy = rules().proxy
    if proxy and proxy[0] in environ:
        return str(environ[proxy[0]]).split(",", 1)[0].strip() == proxy[1]
    return environ.get("wsgi.url_scheme") == "https"
