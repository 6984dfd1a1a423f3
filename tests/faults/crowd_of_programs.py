"""Programs that decide and reward over HTTP, and keep what was acknowledged: nothing else may be held against us."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

PATIENCE = 60.0


@dataclass
class Receipts:
    """What was acknowledged: the decision of each key, and the decisions whose reward was taken, with its value."""

    decided: dict[str, tuple[str, str]] = field(default_factory=dict)
    rewarded: dict[str, int] = field(default_factory=dict)
    taken: int = 0
    refused: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Program:
    """One kept-alive connection; a request is sent again, as it was, until it is answered."""

    def __init__(self, port: int, secret: str, receipts: Receipts) -> None:
        self.port, self.secret, self.receipts = port, secret, receipts
        self.link: http.client.HTTPConnection | None = None

    def visit(self, slug: str, key: str, *, value: int) -> None:
        """Decide for a visitor, and say what came of it."""
        status, said = self.insist(f"/api/v1/experiments/{slug}/decisions/", {"key": key})
        if status not in (200, 201):
            self.receipts.refused.append(str(said))
            return
        with self.receipts.lock:
            self.receipts.decided[key] = (said["id"], said["arm"])
        self.reward(said["id"], value)

    def reward(self, decision: str, value: int) -> None:
        """What came of that decision."""
        status, said = self.insist(f"/api/v1/decisions/{decision}/reward/", {"value": value})
        with self.receipts.lock:
            if status not in (200, 201):
                self.receipts.refused.append(str(said))
                return
            self.receipts.rewarded[decision] = value
            self.receipts.taken += said["taken"]

    def insist(self, path: str, body: object) -> tuple[int, dict[str, Any]]:
        """Until there is an answer that is not the server's trouble."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                answer = self._ask(path, json.dumps(body))
                if answer[0] < 500:
                    return answer
            except (OSError, http.client.HTTPException, ValueError):
                self.close()
            time.sleep(0.05)
        return 0, {"detail": f"no answer within {PATIENCE} s"}

    def _ask(self, path: str, body: str) -> tuple[int, dict[str, Any]]:
        if self.link is None:
            self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json", "Host": "localhost"}
        self.link.request("POST", path, body, headers)
        answer = self.link.getresponse()
        return answer.status, json.loads(answer.read())

    def close(self) -> None:
        """Hang up."""
        if self.link is not None:
            self.link.close()
            self.link = None


def at_once(work: Sequence[Callable[[], None]]) -> list[threading.Thread]:
    """Each in a thread of its own, all running."""
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    return threads
