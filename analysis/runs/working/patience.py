"""The database may be away for a while: it was killed, it moves, it restarts. A worker waits and asks again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final, TypeVar

from django.db import InterfaceError, OperationalError, connection

log = logging.getLogger(__name__)
AWAY: Final = (OperationalError, InterfaceError)
PATIENCE: Final = 120.0
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0

T = TypeVar("T")


def patiently(call: Callable[[], T], *, seconds: float = PATIENCE) -> T:
    """What `call` gives, once the database answers; its error if that takes too long.

    `call` may be done twice: it may have been carried out although its answer got lost.
    """
    end, pause = time.monotonic() + seconds, FIRST_PAUSE
    while True:
        try:
            return call()
        except AWAY as error:
            if connection.in_atomic_block or time.monotonic() >= end:
                raise
            log.warning("The database is away (%s); asking again.", str(error).strip().partition("\n")[0])
            connection.close()
        time.sleep(pause)
        pause = min(LONGEST_PAUSE, 2 * pause)
