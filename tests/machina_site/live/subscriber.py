"""A subscriber of `/live/` in this process: it speaks ASGI as a server would."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from experiments.types import JsonObject
from machina_site.live.app import Live, Message


@dataclass
class Subscriber:
    """status and headers of the answer, and what came of it so far."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""

    @property
    def events(self) -> list[JsonObject]:
        """The events, parsed."""
        return [json.loads(line[6:]) for line in self.text.splitlines() if line.startswith("data: ")]

    @property
    def cursor(self) -> str:
        """What a browser would come back with."""
        return [line[4:] for line in self.text.splitlines() if line.startswith("id: ")][-1]


def subscribe(
    live: Live,
    path: str,
    *,
    until: Callable[[Subscriber], bool],
    query: str = "",
    headers: Mapping[str, str] | None = None,
    meanwhile: Callable[[], object] | None = None,
    seconds: float = 10.0,
) -> Subscriber:
    """Ask, stay until `until` says so or the stream ends, leave. meanwhile: called once, when the stream has begun."""
    stay = partial(_subscribe, live, path, until, query, headers or {}, meanwhile, seconds)
    with ThreadPoolExecutor(1) as thread:  # this one may have a loop already: a browser's
        return thread.submit(lambda: asyncio.run(stay())).result()


async def _subscribe(
    live: Live,
    path: str,
    until: Callable[[Subscriber], bool],
    query: str,
    headers: Mapping[str, str],
    meanwhile: Callable[[], object] | None,
    seconds: float,
) -> Subscriber:
    got, leave, begun = Subscriber(), asyncio.Event(), asyncio.Event()
    pairs = [(name.lower().encode(), text.encode()) for name, text in {"Host": "localhost", **headers}.items()]
    scope: Message = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": pairs}

    async def receive() -> Message:
        await leave.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            got.status = int(str(message["status"]))
            given = message["headers"]
            assert isinstance(given, list)
            got.headers = {name.decode(): text.decode() for name, text in given}
        else:
            body = message["body"]
            assert isinstance(body, bytes)
            got.text += body.decode()
            begun.set()
        if message["type"] == "http.response.body" and (until(got) or not message.get("more_body")):
            leave.set()

    async def act() -> None:
        await begun.wait()
        if meanwhile is not None:
            await asyncio.to_thread(meanwhile)

    acting = asyncio.create_task(act())
    async with asyncio.timeout(seconds):
        await live(scope, receive, send)
        await acting
    return got
