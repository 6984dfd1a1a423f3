"""The token bucket of an account: its burst at once, then its rate, over all processes; nobody waits for ever."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_django.fixtures import Settings

from crowd.errors import PlatformUnavailable
from crowd.platforms.bucket import hold, take

pytestmark = pytest.mark.usefixtures("servers")


@pytest.fixture
def bucket() -> str:
    """Nobody else's."""
    return uuid.uuid4().hex


def test_a_burst_goes_at_once_and_the_next_waits_its_turn(bucket: str) -> None:
    waits = [take(bucket, rate=20, burst=3) for _ in range(4)]

    assert waits[:3] == [0, 0, 0]
    assert 0 < waits[3] <= 0.05


def test_callers_at_the_same_time_share_one_rate(bucket: str) -> None:
    begun = time.monotonic()
    with ThreadPoolExecutor(8) as callers:
        list(callers.map(lambda _: take(bucket, rate=40, burst=1), range(13)))

    assert time.monotonic() - begun >= 12 / 40 - 0.01


def test_who_would_wait_too_long_is_told_when_to_come_back_and_takes_no_turn(bucket: str) -> None:
    take(bucket, rate=0.1, burst=1)

    for _ in range(3):
        with pytest.raises(PlatformUnavailable) as refusal:
            take(bucket, rate=0.1, burst=1, longest=1)
        assert refusal.value.retry_after == pytest.approx(10, abs=1)


def test_accounts_do_not_wait_for_each_other(bucket: str) -> None:
    hold(bucket, 60)

    assert take("another" + bucket) == 0
    with pytest.raises(PlatformUnavailable):
        take(bucket)


def test_without_redis_nothing_is_called(bucket: str, settings: Settings) -> None:
    settings.CACHES = {"default": {"KEY_PREFIX": "test", "LOCATION": "redis://127.0.0.1:9/0"}}

    with pytest.raises(PlatformUnavailable, match="Redis does not answer"):
        take(bucket)
