"""A browser without scripts, for one worker."""

from __future__ import annotations

import ssl
from functools import cache
from typing import Any

import httpx

PATIENCE = 30.0


@cache
def _secure() -> ssl.SSLContext:
    return ssl.create_default_context()  # made once: it costs more than a visit


def browser(**settings: Any) -> httpx.Client:
    """Follows redirects, waits half a minute. Close it."""
    return httpx.Client(timeout=PATIENCE, trust_env=False, follow_redirects=True, verify=_secure(), **settings)
