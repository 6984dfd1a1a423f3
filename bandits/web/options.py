"""The project's setting ``BANDITS``, a dict; everything in it has a default."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Literal, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from experiments.types import JsonObject

YEAR = 365 * 86_400
SameSite = Literal["Lax", "Strict", "None"]


@dataclass(frozen=True, slots=True)
class Options:
    """Keys of the setting are these names in capitals.

    visitor, context, allows: dotted paths of functions of the request: who it is (instead of the cookie; "" for the
    cookie), what is known about it, and whether it may be remembered at all. bots: a regular expression, on top of our
    own. debug_headers: None means as DEBUG says. force_parameter: of the query string; "" forbids forcing.
    """

    cookie_name: str = "bandits"
    cookie_age: int = YEAR
    cookie_path: str = "/"
    cookie_domain: str | None = None
    cookie_samesite: SameSite = "Lax"
    debug_headers: bool | None = None
    visitor: str = ""
    context: str = ""
    allows: str = ""
    bots: str = ""
    force_parameter: str = "arms"

    @classmethod
    def read(cls) -> Options:
        """As the settings say. Strangers are a system check's business and passed over here."""
        given = _given()
        return cls(**{name: given[name.upper()] for name in NAMES if name.upper() in given})  # type: ignore[arg-type]  # checked by `problems`

    @property
    def shows_headers(self) -> bool:
        """Whether responses say in a header what was chosen."""
        return settings.DEBUG if self.debug_headers is None else self.debug_headers

    def name_of(self, request: HttpRequest) -> str:
        """The project's own name of the visitor, "" if it has none."""
        return str(_call(self.visitor, request) or "") if self.visitor else ""

    def context_of(self, request: HttpRequest) -> JsonObject:
        """What the project knows about the request."""
        return cast(JsonObject, _call(self.context, request) or {}) if self.context else {}

    def allows_remembering(self, request: HttpRequest) -> bool:
        """Whether the visitor may be given an identity; without a function for it, yes."""
        return bool(_call(self.allows, request)) if self.allows else True


NAMES = tuple(field.name for field in fields(Options))


def problems() -> list[str]:
    """A sentence for each entry of the setting that cannot be used."""
    found = [_stranger(key) for key in _given() if key.lower() not in NAMES or key != key.upper()]
    options = Options.read()
    for name in ("visitor", "context", "allows"):
        path = getattr(options, name)
        try:
            if path and not callable(import_string(path)):
                found.append(f"BANDITS[{name.upper()!r}]: {path} cannot be called.")
        except ImportError as error:
            found.append(f"BANDITS[{name.upper()!r}]: {error}")
    try:
        re.compile(options.bots)
    except re.error as error:
        found.append(f"BANDITS['BOTS'] is no regular expression: {error}.")
    if options.cookie_samesite not in ("Lax", "Strict", "None"):
        found.append(f"BANDITS['COOKIE_SAMESITE'] is Lax, Strict or None (a text), not {options.cookie_samesite!r}.")
    return found


def _given() -> Mapping[str, object]:
    given = getattr(settings, "BANDITS", {})
    return given if isinstance(given, Mapping) else {}


def _stranger(key: str) -> str:
    close = get_close_matches(key.upper(), [name.upper() for name in NAMES], n=1)
    return f"BANDITS[{key!r}] means nothing." + (f" Did you mean {close[0]!r}?" if close else "")


def _call(path: str, request: HttpRequest) -> object:
    return cast("Callable[[HttpRequest], object]", import_string(path))(request)
