"""The ASGI application of `/live/`: each subscriber gets every event behind its cursor once, in order, then live."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, TypeVar

from django.db import DatabaseError, close_old_connections
from django.db.models import Model

from experiments.errors import Refusal, Unknown
from machina_site.live.asking import Asked, asked_in, caller_in
from machina_site.live.framing import comment, frames, opening
from machina_site.live.topics import Topic, open_topic
from machina_site.live.watching import AWAY, Watch

T = TypeVar("T")
MOST: Final = 1_000  # subscribers
THREADS: Final = 4  # each with a connection to the database
SILENCE: Final = 15.0  # seconds after which a quiet stream says that it lives
ASKED_AGAIN: Final = 60.0  # seconds after which a subscriber's right to look is looked up anew
STREAM: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
]
Message = MutableMapping[str, object]
Scope = MutableMapping[str, object]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Live:
    """ASGI."""

    def __init__(self) -> None:
        self.subscribers = 0
        self._watches: dict[type[Model], Watch] = {}
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="live")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the server's own begin and end."""
        if scope["type"] == "lifespan":
            await _live_on(receive, send)
        elif scope["type"] == "http":
            await self._serve(asked_in(scope), receive, send)

    async def _serve(self, asked: Asked, receive: Receive, send: Send) -> None:
        if asked.path.rstrip("/") == "/live/healthz":
            return await _answer(send, asked, 200, {"status": "ok", "subscribers": self.subscribers})
        if asked.fault:
            return await _answer(send, asked, 400, _problem("invalid", asked.fault))
        if self.subscribers >= MOST:
            return await _answer(send, asked, 503, _problem("busy", "Too many are listening already."))
        try:
            topic = await self._in_thread(partial(_opened, asked))
            cursor = await self._begin(asked, topic)
        except Refusal as refusal:
            return await _answer(send, asked, refusal.status, _problem(refusal.code, refusal.message, refusal.hint))
        except DatabaseError:
            return await _answer(send, asked, 503, _problem("unavailable", "The database does not answer just now."))
        if topic is None:
            text = "Say who you are: Authorization: Bearer mch_…, or the cookie of the console."
            return await _answer(send, asked, 401, _problem("not-authenticated", text))
        self.subscribers += 1
        try:
            await self._until_gone(self._tell(asked, topic, cursor, send), receive)
        finally:
            self.subscribers -= 1
        return None

    async def _until_gone(self, telling: Awaitable[None], receive: Receive) -> None:
        """End it when the subscriber has left."""
        task = asyncio.ensure_future(telling)
        gone = asyncio.ensure_future(_gone(receive))
        done, pending = await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        for each in pending:
            each.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        if task in done:
            task.result()

    def _watch(self, topic: Topic) -> Watch:
        return self._watches.setdefault(topic.model, Watch(topic.model, self._in_thread))

    async def _begin(self, asked: Asked, topic: Topic | None) -> int:
        """The cursor. “Now” is looked up before the stream opens: what happens after its first word is in it."""
        if topic is None or asked.after is not None:
            return asked.after or 0
        return await self._watch(topic).look()

    async def _tell(self, asked: Asked, topic: Topic, cursor: int, send: Send) -> None:
        watch, asked_at = self._watch(topic), time.monotonic()
        await send({"type": "http.response.start", "status": 200, "headers": [*STREAM, *_cross_origin(asked)]})
        await _more(send, opening(f"{topic.name} behind {cursor}"))
        while True:
            try:
                up_to = watch.up_to
                cursor = await self._tell_up_to(up_to, cursor, topic, send)
                await watch.wait_beyond(up_to, seconds=SILENCE)
                if watch.up_to == up_to:
                    await _more(send, comment("the database is away" if watch.is_away else "still here"))
                if time.monotonic() - asked_at > ASKED_AGAIN:
                    asked_at = time.monotonic()
                    if await self._in_thread(partial(_may_still, asked)) is False:
                        break
            except DatabaseError:
                await _more(send, comment("the database is away"))
                await asyncio.sleep(AWAY)
        await send({"type": "http.response.body", "body": comment("you may not look any more"), "more_body": False})

    async def _tell_up_to(self, up_to: int, cursor: int, topic: Topic, send: Send) -> int:
        """Page by page; the new cursor."""
        while cursor < up_to:
            page = await self._in_thread(partial(topic.read, cursor, up_to))
            if page.events:
                await _more(send, frames(page.events))
            cursor = page.next
        return cursor

    async def _in_thread(self, act: Callable[..., T], *given: object, **named: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, _fresh, partial(act, *given, **named))


def _fresh(act: Callable[[], T]) -> T:
    """In a thread: with a connection that is not stale, as Django does for each request."""
    close_old_connections()
    try:
        return act()
    finally:
        close_old_connections()


def _opened(asked: Asked) -> Topic | None:
    """None if nobody says who they are. Refusal."""
    if not asked.is_for_us or asked.method != "GET":
        raise Unknown("Streams are asked for with GET, under an address of this server.")
    caller = caller_in(asked)
    if caller is None:
        return None
    return open_topic(asked.path, caller, kinds=asked.kinds)


def _may_still(asked: Asked) -> bool:
    try:
        return _opened(asked) is not None
    except Refusal:
        return False


def _problem(code: str, detail: str, hint: str = "") -> dict[str, object]:
    """As in RFC 9457, like those of the API."""
    return {"type": f"/api/problems/{code}/", "title": detail, "detail": detail, "code": code, "hint": hint}


def _cross_origin(asked: Asked) -> list[tuple[bytes, bytes]]:
    """For pages of ours, which come from another port."""
    if not asked.origin:
        return []
    return [
        (b"access-control-allow-origin", asked.origin.encode()),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]


async def _answer(send: Send, asked: Asked, status: int, body: dict[str, object]) -> None:
    kind = b"application/json" if status == 200 else b"application/problem+json"
    more = {**body, "status": status} if status != 200 else body
    headers = [(b"content-type", kind), (b"cache-control", b"no-store"), *_cross_origin(asked)]
    if status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="machina"'))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(more).encode(), "more_body": False})


async def _more(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _live_on(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
