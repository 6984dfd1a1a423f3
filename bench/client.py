"""The load: participants on raw sockets, cheap enough to leave the machine to the server.

``python -m bench.client SYSTEM PORT ENTRY PARTICIPANTS CLIENTS`` prints one JSON object. Every participant has a
connection of their own, kept alive as a browser would, and reads every page. HTML only: no static files.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

FIELD = re.compile(rb'name="(entry_key|consent|nonce)" value="([^"]*)"')
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
LOCATION = re.compile(rb"\r\nlocation: *([^\r]+)", re.IGNORECASE)
COOKIE = re.compile(rb"\r\nset-cookie: *([^;\r]+)", re.IGNORECASE)
ANSWERS: tuple[dict[str, str], ...] = ({}, {"trust": "4", "why": "It was nearer."}, {"age": "33", "gender": "x"}, {})


@dataclass
class Tally:
    """Seconds of each page turn, and what went wrong."""

    turns: list[float] = field(default_factory=list)
    requests: int = 0
    errors: int = 0


class Browser:
    """One participant's connection."""

    def __init__(self, port: int, tally: Tally) -> None:
        self.port = port
        self.tally = tally
        self.cookie = b""
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> tuple[int, bytes, str]:
        """Status, body, location."""
        return await self._ask(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n".encode(), b"")

    async def post(self, path: str, fields: dict[str, str]) -> tuple[int, bytes, str]:
        """The same, of a form."""
        body = urlencode(fields).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n"
        )
        return await self._ask(head.encode(), body)

    async def follow(self, answer: tuple[int, bytes, str]) -> tuple[bytes, str]:
        """Go where a redirect leads; the page there and its path."""
        status, body, location = answer
        path = ""
        while status in (302, 303, 307):
            path = urlsplit(location).path
            status, body, location = await self.get(path)
        if status != 200:
            self.tally.errors += 1
        return body, path

    async def _ask(self, head: bytes, body: bytes) -> tuple[int, bytes, str]:
        if self.writer is None or self.reader is None or self.writer.is_closing() or self.reader.at_eof():
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        cookie = b"Cookie: " + self.cookie + b"\r\n" if self.cookie else b""
        self.writer.write(head + cookie + b"Accept: text/html\r\nAccept-Language: en\r\n\r\n" + body)
        self.tally.requests += 1
        answer = await self.reader.readuntil(b"\r\n\r\n")
        found = LENGTH.search(answer)
        content = await self.reader.readexactly(int(found[1])) if found else b""
        if b"\r\ntransfer-encoding: chunked" in answer.lower():
            content = await self._chunks(self.reader)
        baked = COOKIE.search(answer)
        self.cookie = baked[1] if baked else self.cookie
        location = LOCATION.search(answer)
        if b"\r\nconnection: close" in answer.lower():
            self.close()
        return int(answer[9:12]), content, location[1].decode() if location else ""

    @staticmethod
    async def _chunks(reader: asyncio.StreamReader) -> bytes:
        parts = []
        while size := int(await reader.readline(), 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readexactly(2)
        return b"".join(parts)

    def close(self) -> None:
        """Hang up."""
        if self.writer is not None:
            self.writer.close()
            self.writer = None


async def machina(browser: Browser, entry: str) -> None:
    """11 requests: the door, then five times a POST and the page it leads to."""
    _, page, _ = await browser.get(entry)
    fields = {name.decode(): value.decode() for name, value in FIELD.findall(page)}
    path, form = entry, {**fields, "decision": "agree", "lang": "en"}
    for answers in (*ANSWERS, None):
        started = time.perf_counter()
        page, path = await browser.follow(await browser.post(path, form))
        browser.tally.turns.append(time.perf_counter() - started)
        if answers is None:
            break
        nonces = [value.decode() for name, value in FIELD.findall(page) if name == b"nonce"]
        browser.tally.errors += not nonces
        form = {"nonce": nonces[0] if nonces else "", "client_shown": "20", "client_answered": "2000", **answers}
    browser.tally.errors += b'id="code"' not in page


async def otree(browser: Browser, entry: str) -> None:
    """13 requests: the join link leads over two redirects to the first page."""
    _, path = await browser.follow(await browser.get(entry))
    for answers in ({"agree": "True"}, *ANSWERS):
        started = time.perf_counter()
        page, path = await browser.follow(await browser.post(path, answers))
        browser.tally.turns.append(time.perf_counter() - started)
    browser.tally.errors += b"otree-form" in page


SYSTEMS: dict[str, Callable[[Browser, str], Awaitable[None]]] = {"machina": machina, "otree": otree}


async def run(system: str, port: int, entry: str, participants: int, clients: int) -> dict[str, object]:
    """So many participants, so many at once."""
    tally, left = Tally(), iter(range(participants))

    async def client() -> None:
        for _ in left:
            browser = Browser(port, tally)
            await SYSTEMS[system](browser, entry)
            browser.close()

    started, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(client() for _ in range(clients)))
    return {
        "seconds": time.perf_counter() - started,
        "client_cpu": time.process_time() - cpu,
        "turns": tally.turns,
        "requests": tally.requests,
        "errors": tally.errors,
    }


if __name__ == "__main__":
    which, at, door, people, at_once = sys.argv[1:]
    print(json.dumps(asyncio.run(run(which, int(at), door, int(people), int(at_once)))))
