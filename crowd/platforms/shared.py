"""The Redis that all processes share, as platforms use it: keys of their own, and their kind of error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from crowd.errors import PlatformUnavailable

if TYPE_CHECKING:
    from redis import Redis


def key_of(*parts: str) -> str:
    """Below the prefix of this installation, and of one process of its tests."""
    return ":".join((settings.CACHES["default"]["KEY_PREFIX"], "crowd", *parts))


@contextmanager
def shared() -> Iterator[Redis]:
    """The connection. PlatformUnavailable (code no-redis) while it is away."""
    from redis import RedisError

    try:
        yield _connected(settings.CACHES["default"]["LOCATION"])
    except (RedisError, OSError) as error:
        raise PlatformUnavailable(
            "Redis does not answer, and without it no platform is called.",
            code="no-redis",
            hint="The doctor says what is wrong with it.",
        ) from error


@cache
def _connected(url: str) -> Redis:
    from redis import Redis

    return Redis.from_url(url, decode_responses=True, socket_timeout=5)
