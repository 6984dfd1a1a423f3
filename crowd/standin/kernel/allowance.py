"""So many calls in a second: what a platform throttles by."""

from __future__ import annotations

import threading
import time


class Allowance:
    """So many calls in a second (of the machine), some at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left, self._at = 0.0, 0.0

    def take(self, rate: float, burst: float) -> bool:
        """Whether one more is allowed. rate 0: always."""
        if not rate:
            return True
        with self._lock:
            now = time.monotonic()
            self._left, self._at = min(burst, self._left + (now - self._at) * rate), now
            if self._left < 1:
                return False
            self._left -= 1
            return True
