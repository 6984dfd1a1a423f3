"""When a task of beat's was last carried out by a worker."""

import time
from typing import Final

from django.core.cache import cache

KEY: Final = "beat:last"
DAY: Final = 24 * 60 * 60


def record() -> None:
    """Now."""
    cache.set(KEY, time.time(), timeout=DAY)


def seconds_since() -> float | None:
    """Seconds since the last one; None if there was none within a day."""
    last = cache.get(KEY)
    return None if last is None else max(0.0, time.time() - float(last))


def forget() -> None:
    """So that the next one is known to be new."""
    cache.delete(KEY)
