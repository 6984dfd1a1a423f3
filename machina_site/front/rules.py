"""The settings that every request asks for, read once: Django's settings are looked up through a lazy object."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Rules:
    """hosts: the names that we answer to. proxy: header and value by which a proxy says https. largest: in bytes."""

    hosts: tuple[str, ...]
    redirects: bool
    proxy: tuple[str, str] | None
    largest: int


@lru_cache(maxsize=1)
def rules() -> Rules:
    """Those of this process."""
    return Rules(
        hosts=tuple(settings.ALLOWED_HOSTS),
        redirects=settings.SECURE_SSL_REDIRECT,
        proxy=settings.SECURE_PROXY_SSL_HEADER,
        largest=settings.API_LARGEST_BODY,
    )
