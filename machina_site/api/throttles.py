"""How often one caller may ask: so many requests in each minute of the clock, counted in the cache."""

from __future__ import annotations

import logging
import math
import time
from typing import TYPE_CHECKING

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


class CallerThrottle(BaseThrottle):
    """One counter for each token (or user) and minute. With the cache away everybody may go on: a line is logged."""

    def __init__(self) -> None:
        self.limit = int(settings.API_RATE_PER_MINUTE)
        self.count = 0
        self.now = time.time()

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count this request."""
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
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(self.limit - self.count, 0)),
            "RateLimit-Reset": str(math.ceil(self.wait())),
        }
