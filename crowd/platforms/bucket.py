"""One token bucket for each account, shared by all processes: calls are spread before the platform has to refuse them.

Kept in Redis as the time at which the bucket would be full again (the generic cell rate algorithm): one number for each
account. A call books its turn and waits for it, so that turns come in order; who would wait too long books none.
"""

from __future__ import annotations

import time
from typing import Final, cast

from crowd.errors import PlatformUnavailable
from crowd.platforms.shared import key_of, shared

RATE: Final = 5.0
BURST: Final = 10.0
LONGEST_WAIT: Final = 30.0

BOOK = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local step, slack, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local wait = math.max(full - now - slack, 0)
if wait > longest then return tostring(-wait) end
redis.call('SET', KEYS[1], string.format('%.6f', full + step), 'PX', math.ceil((full + step - now) * 1000) + 1000)
return tostring(wait)
"""
HOLD = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now + tonumber(ARGV[1]))
redis.call('SET', KEYS[1], string.format('%.6f', full), 'PX', math.ceil((full - now) * 1000) + 1000)
return '0'
"""


def take(bucket: str, *, rate: float = RATE, burst: float = BURST, longest: float = LONGEST_WAIT) -> float:
    """Wait for this call's turn; the seconds waited. rate: calls a second. bucket "": no waiting.

    PlatformUnavailable if the turn would come after more than `longest` seconds, or Redis is away: without it, nobody
    could say how many others call at the same time.
    """
    if not bucket:
        return 0.0
    wait = float(_run(BOOK, bucket, 1 / rate, (max(burst, 1) - 1) / rate, longest))
    if wait < 0:
        raise PlatformUnavailable(
            "Too many calls of this account wait for their turn.", code="waiting", retry_after=-wait
        )
    if wait:
        time.sleep(wait)
    return wait


def hold(bucket: str, seconds: float, *, rate: float = RATE, burst: float = BURST) -> None:
    """Nobody's turn comes within so many seconds: the platform said that it had too many calls."""
    if bucket:
        _run(HOLD, bucket, seconds + (max(burst, 1) - 1) / rate)


def _run(script: str, bucket: str, *arguments: float) -> str:
    with shared() as redis:
        return cast(str, redis.eval(script, 1, key_of("bucket", bucket), *map(str, arguments)))
