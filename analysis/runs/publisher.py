"""For a worker or another program without a way to the database: say it, and it arrives, once, also if later.

with Publisher("https://machina.example", token, Path("spool")) as publisher:
    run = publisher.run("7f0e0f7a-0a1b-4f0c-9e5e-2d7c1b1f0a10")
    run.progress(epoch=1, phase="train", step=3, steps=33)
    run.measured(epoch=1, split="val", values={"f1_macro": 0.94})
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx

from analysis.runs.spool import InUse, Line, Spool, left_behind
from experiments.types import JsonObject

EVERY: Final = 0.5  # seconds between two deliveries
LONGEST_PAUSE: Final = 30.0  # seconds, while the server is away
HEALS: Final = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)


class ServerAway(Exception):
    """It does not answer, or not as it should. What waits stays in the spool."""


class Publisher:
    """Writes to a spool at once and delivers in the background. Threads may share it.

    url: of Machina. token: of its API, with the role of a researcher. folder: where words wait; what an earlier
    publisher left there is delivered first. refused: what the server will never take, in its own words.
    """

    def __init__(self, url: str, token: str, folder: Path, *, client: httpx.Client | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._client = client or httpx.Client(timeout=20.0)
        self._client.headers.update(headers)
        self._url = url.rstrip("/")
        self._left = [*_heritage(folder)]
        self._spool = Spool(folder)
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._over = threading.Event()
        self.refused: list[str] = []
        self._thread = threading.Thread(target=self._deliver_on, name="publisher", daemon=True)
        self._thread.start()

    def run(self, uuid: str) -> RunVoice:
        """To speak of one run."""
        return RunVoice(self, f"runs/{uuid}")

    def say(self, topic: str, kind: str, payload: JsonObject) -> None:
        """topic: runs/<id> or batches/<id>. ValueError if the payload is no JSON. Never waits for the server."""
        with self._lock:
            self._spool.add(topic, kind, payload, at=datetime.now(UTC).isoformat())
        self._wake.set()

    @property
    def waiting(self) -> int:
        """How many are not delivered yet."""
        with self._lock:
            return sum(len(spool) for spool in (*self._left, self._spool))

    def flush(self) -> int:
        """Deliver now; how many there were. ServerAway: they stay, and are tried again."""
        with self._lock:
            delivered = sum(spool.deliver(self._post) for spool in (*self._left, self._spool))
            for spool in self._left:
                spool.close(forget=True)
            self._left = []
            return delivered

    def close(self) -> bool:
        """Deliver what waits and end. False if the server is away: the spool keeps it for the next publisher."""
        self._over.set()
        self._wake.set()
        self._thread.join()
        with suppress(ServerAway):
            self.flush()
        is_empty = not self.waiting
        for spool in (*self._left, self._spool):
            spool.close(forget=True)
        self._client.close()
        return is_empty

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _deliver_on(self) -> None:
        pause = EVERY
        while not self._over.is_set():
            self._wake.wait(LONGEST_PAUSE)
            self._wake.clear()
            while self.waiting and not self._over.is_set():
                try:
                    self.flush()
                    pause = EVERY
                except ServerAway:
                    pause = min(2 * pause, LONGEST_PAUSE)
                self._wake.wait(pause)
                self._wake.clear()

    def _post(self, lines: Sequence[Line]) -> None:
        try:
            answer = self._client.post(f"{self._url}/api/v1/{lines[0].topic}/events/", json=_body(lines))
        except httpx.TransportError as error:
            raise ServerAway(str(error)) from error
        if answer.is_server_error or answer.status_code in HEALS:
            raise ServerAway(f"{answer.status_code}")
        if answer.is_error:  # will never be taken: kept in words, and not in the way of what follows
            self.refused.append(f"{lines[0].topic}: {answer.status_code} {answer.text[:500]}")


def _heritage(folder: Path) -> Iterator[Spool]:
    """The spools of those who ended with words unsaid; not those of the living."""
    for name in left_behind(folder):
        with suppress(InUse):
            yield Spool(folder, name)


def _body(lines: Sequence[Line]) -> JsonObject:
    return {"events": [{"key": line.key, "kind": line.kind, "payload": line.payload, "at": line.at} for line in lines]}


@dataclass(frozen=True, slots=True)
class RunVoice:
    """What is said about one run."""

    publisher: Publisher
    topic: str

    def progress(self, *, epoch: int, phase: str = "train", split: str = "", step: int = 0, steps: int = 0) -> None:
        """Where it is; epoch counts from 1."""
        where: JsonObject = {"epoch": epoch, "phase": phase, "split": split, "step": step, "steps": steps}
        self.publisher.say(self.topic, "run.progress", where)

    def measured(self, *, epoch: int, split: str, values: Mapping[str, float]) -> None:
        """Losses and metrics over that split after that epoch."""
        kept = {name: value if math.isfinite(value) else str(float(value)) for name, value in values.items()}
        self.publisher.say(self.topic, "run.measured", {"epoch": epoch, "split": split, "values": kept})

    def log(self, text: str) -> None:
        """A line of text on the run's page."""
        self.publisher.say(self.topic, "run.logged", {"text": text})

    def note(self, kind: str, payload: JsonObject) -> None:
        """An event of your own kind, with a dot in it."""
        self.publisher.say(self.topic, kind, payload)
