"""How often one caller may ask: so many requests in each minute of the clock, counted in the cache."""

from __future__ import annotations

import logging
import math
import time
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.cache import cache
from redis import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from experiments.api.access import caller_of

if TYPE_CHECKING:
    from rest_framework.views import APIView

log = logging.getLogger(__name__)
WINDOW = 60


MOST_CALLERS = 10_000


class Tally:
    """Requests of this minute by caller, in this process alone: a count that costs no round trip."""

    def __init__(self) -> None:
        self.minute = 0
        self.counts: dict[str, int] = {}

    def counted(self, caller: str, *, now: float) -> int:
        """Count one more. Two threads at once may count it once: a limit against floods need not be exact."""
        minute = int(now // WINDOW)
        if minute != self.minute or len(self.counts) > MOST_CALLERS:
            self.minute, self.counts = minute, {}
        count = self.counts.get(caller, 0) + 1
        self.counts[caller] = count
        return count


HOT: Final = Tally()


class CallerThrottle(BaseThrottle):
    """One counter for each token (or user) and minute. With the cache away everybody may go on: a line is logged.

    What comes with each request of somebody's app (deciding, rewarding) has a limit of its own, for each web process.
    """

    def __init__(self) -> None:
        self.limit = int(settings.API_RATE_PER_MINUTE)
        self.count = 0
        self.now = time.time()

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count this request."""
        if getattr(view, "is_hot", False) and request.method == "POST":
            self.limit = int(settings.API_HOT_RATE_PER_MINUTE)
            self.count = HOT.counted(caller_of(request), now=self.now)
            return self.count <= self.limit
        try:
            self.count = self._counted(caller_of(request))
        except (RedisError, OSError):
            log.warning("The cache is away: rate limits are not kept meanwhile.")
        return self.count <= self.limit

    def _counted(self, caller: str) -> int:
        key = f"rate:{caller}:{int(self.now // WINDOW)}"
        cache.add(key, 0, timeout=2 * WINDOW)
        try:
            return int(cache.incr(key))
        except ValueError:  # evicted in between
            return 1

    def wait(self) -> float:
        """Seconds to the next window."""
        return WINDOW - self.now % WINDOW

    def headers(self) -> dict[str, str]:
        """What a polite client looks at."""
        return rate_headers(self.limit, self.count, now=self.now)


def rate_headers(limit: int, count: int, *, now: float) -> dict[str, str]:
    """What is left, and in how many seconds there is more."""
    return {
        "RateLimit-Limit": str(limit),
        "RateLimit-Remaining": str(max(limit - count, 0)),
        "RateLimit-Reset": str(math.ceil(WINDOW - now % WINDOW)),
    }
