"""Calls of Prolific: one kept client for each account, time-outs, a turn of the bucket, our errors. Nothing repeats."""

from __future__ import annotations

import atexit
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final, cast
from urllib.parse import parse_qsl, urlsplit

import httpx

from crowd.errors import PlatformError, PlatformRefused, PlatformUnavailable
from crowd.platforms import bucket
from crowd.platforms.base import Link
from crowd.platforms.credentials import secret_of
from crowd.platforms.guard import is_stand_in, permit
from crowd.platforms.prolific.errors import NOT_FOUND, of_reply, of_transport, unreadable
from crowd.platforms.prolific.kind import PROLIFIC
from experiments.types import JsonObject

PAUSES: Final = (0.1, 0.4)  # before a read is tried again
PAGE: Final = 100
TIMES: Final = httpx.Timeout(20.0, connect=5.0)
STAND_IN_TOKEN: Final = "stand-in"  # noqa: S105  # any token is known there


class Client:
    """One account's."""

    def __init__(self, link: Link) -> None:
        permit(PROLIFIC, link)
        self.link = link
        self._rate = _number(link.options.get("calls_per_second"), bucket.RATE)
        self._burst = _number(link.options.get("burst"), bucket.BURST)

    def ask(self, method: str, path: str, body: JsonObject | None = None, **query: str | int) -> JsonObject:
        """Once. PlatformUnavailable if nobody knows whether it had its effect. {} where nothing is said."""
        return _object(self._call(method, path, body, query))

    def send(self, method: str, path: str, body: JsonObject) -> httpx.Response:
        """The same, with the headers of the answer."""
        return self._call(method, path, body, {})

    def read(self, path: str, **query: str | int) -> JsonObject:
        """What changes nothing: tried again at once where that may heal it."""
        return _object(self.reply(path, **query))

    def reply(self, path: str, **query: str | int) -> httpx.Response:
        """The same, with its headers."""
        for pause in PAUSES:
            try:
                return self._call("GET", path, None, query)
            except PlatformUnavailable as error:
                if error.code in ("throttled", "waiting", "no-redis"):
                    raise
            time.sleep(pause)
        return self._call("GET", path, None, query)

    def find(self, path: str) -> JsonObject | None:
        """None if there is no such thing."""
        try:
            return self.read(path)
        except PlatformRefused as error:
            if error.code == NOT_FOUND:
                return None
            raise

    def rows(self, path: str, **query: str | int) -> Iterator[JsonObject]:
        """Of a list, page after page: where the answer says that the next one is, else by offset."""
        asked: dict[str, str | int] = {"limit": PAGE, "page_size": PAGE, "offset": 0, **query}
        read, before = 0, None
        while asked and asked != before:
            page = self.read(path, **asked)
            found = [row for row in _list(page.get("results")) if isinstance(row, dict)]
            yield from found
            read, before = read + len(found), asked
            asked = _following(page, asked, read) if found else {}

    def _call(self, method: str, path: str, body: JsonObject | None, query: dict[str, str | int]) -> httpx.Response:
        bucket.take(self.link.bucket, rate=self._rate, burst=self._burst)
        try:
            reply = self._http().request(method, f"/api/v1/{path}/", json=body, params=query)
        except httpx.TransportError as error:
            raise of_transport(error) from error
        if reply.is_success:
            return reply
        raise self._noted(of_reply(reply))

    def _noted(self, refusal: PlatformError) -> PlatformError:
        """Had too many calls: then nobody calls for a moment."""
        if refusal.code == "throttled":
            bucket.hold(self.link.bucket, 2.0, rate=self._rate, burst=self._burst)
        return refusal

    def _http(self) -> httpx.Client:
        endpoint = PROLIFIC.endpoint_of(self.link)
        token = STAND_IN_TOKEN if is_stand_in(endpoint) else secret_of(self.link.credentials)
        return _kept(endpoint, token)


@lru_cache(maxsize=64)
def _kept(endpoint: str, token: str) -> httpx.Client:
    """Its connections are kept for the next call, and closed when this process ends."""
    headers = {"Authorization": f"Token {token}", "User-Agent": "machina"}
    made = httpx.Client(base_url=endpoint, headers=headers, timeout=TIMES, follow_redirects=False)
    atexit.register(made.close)
    return made


def moment(reply: httpx.Response) -> datetime:
    """The time at the platform when it answered; ours if it does not say."""
    try:
        return parsedate_to_datetime(reply.headers.get("Date", "")).astimezone(UTC)
    except ValueError:
        return datetime.now(UTC)


def _object(reply: httpx.Response) -> JsonObject:
    if not reply.content:
        return {}
    try:
        found = reply.json()
    except ValueError as error:
        raise unreadable() from error
    if not isinstance(found, dict):
        raise unreadable()
    return cast(JsonObject, found)


def _list(found: object) -> list[object]:
    return found if isinstance(found, list) else []


def _following(page: JsonObject, asked: dict[str, str | int], read: int) -> dict[str, str | int]:
    """What to ask for next; nothing after the last page. Of a link its query alone is followed: never another host."""
    links, meta = page.get("_links"), page.get("meta")
    if isinstance(links, dict) and "next" in links:
        link = links["next"]
        address = link.get("href") if isinstance(link, dict) else link
        return dict(parse_qsl(urlsplit(address).query)) if isinstance(address, str) else {}
    count = meta.get("count") if isinstance(meta, dict) else 0
    return {**asked, "offset": read} if isinstance(count, int) and read < count else {}


def _number(found: object, otherwise: float) -> float:
    return float(found) if isinstance(found, int | float) and found > 0 else otherwise
