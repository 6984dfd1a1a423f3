"""A small threaded HTTP/1.1 server: requests and replies as values, and a connection that can be lost on purpose."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from crowd.standin.kernel.journal import Json

LONGEST_BODY = 10_000_000
HTML = "text/html; charset=utf-8"


class ConnectionLost(Exception):
    """Raised by a handler: close the connection without a reply."""


class Refusal(Exception):
    """The stand-in says no, as its platform would."""


class BadRequest(Exception):
    """The request cannot be read. The sentence is for whoever sent it."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked. headers: looked up whatever their case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Message
    body: bytes

    def header(self, name: str) -> str:
        """Its value, or nothing."""
        return str(self.headers.get(name, ""))

    @property
    def form(self) -> list[tuple[str, str]]:
        """The fields of a posted form, in their order, empty ones too."""
        return parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    @property
    def cookies(self) -> dict[str, str]:
        """Names and values."""
        return {name: morsel.value for name, morsel in SimpleCookie(self.header("Cookie")).items()}

    def json(self) -> Json:
        """The body, which must be an object. BadRequest otherwise."""
        try:
            found = json.loads(self.body or b"{}")
        except ValueError as error:
            raise BadRequest(f"the body is not JSON: {error}") from error
        if not isinstance(found, dict):
            raise BadRequest("the body is not a JSON object")
        return found


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    body: bytes
    status: int = 200
    content_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)


Handler: TypeAlias = Callable[[Request], Reply]


def json_reply(found: object, status: int = 200) -> Reply:
    """JSON, readable in a terminal."""
    return Reply(json.dumps(found, indent=1, default=str).encode() + b"\n", status, "application/json")


def redirect(path: str, cookie: str = "") -> Reply:
    """See other: the page to show after a POST."""
    return Reply(b"", 303, headers={"Location": path} | ({"Set-Cookie": cookie} if cookie else {}))


class Server:
    """Answers with ``handler`` on its own threads until it is stopped. port 0: any that is free."""

    def __init__(self, handler: Handler, host: str = "127.0.0.1", port: int = 0) -> None:
        self._http = _Threaded((host, port), _handling(handler))
        self.url = f"http://{host}:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), name="stand-in", daemon=True)

    def start(self) -> Server:
        """In a thread of its own."""
        self._thread.start()
        return self

    def serve(self) -> None:
        """In this thread, until ``stop`` or an interrupt."""
        self._http.serve_forever(0.2)

    def stop(self) -> None:
        """No new requests, and no connection left open."""
        self._http.shutdown()
        self._http.hang_up()
        self._http.server_close()


class _Threaded(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = False  # server_close waits for them, so nothing is left half done

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[socket] = set()
        self._guard = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Wake the threads that wait for a next request on a kept connection."""
        with self._guard:
            for each in self._open:
                _shut(each)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no event; anything else is a bug, and is shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def _shut(connection: socket) -> None:
    try:
        connection.shutdown(SHUT_RDWR)
    except OSError:
        return


def _handling(handler: Handler) -> type[BaseHTTPRequestHandler]:
    class Handling(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "Machina-stand-in"
        disable_nagle_algorithm = True
        wbufsize = -1  # headers and body leave together
        timeout = 120

        def do_GET(self) -> None:
            self._answer()

        do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Silent: /_ctl/calls has what was asked."""

        def _answer(self) -> None:
            try:
                reply = _guarded(handler, self._request())
            except ConnectionLost:
                self.close_connection = True
                return
            self.send_response_only(reply.status)
            usual = {"Server": self.version_string(), "Date": self.date_time_string()}
            for name, value in {**usual, "Content-Type": reply.content_type, **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        def _request(self) -> Request:
            length = int(self.headers.get("Content-Length") or 0)
            if length > LONGEST_BODY:
                raise ConnectionLost
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            return Request(self.command, parts.path, query, self.headers, self.rfile.read(length))

    return Handling


def _guarded(handler: Handler, request: Request) -> Reply:
    try:
        return handler(request)
    except BadRequest as error:
        return json_reply({"error": str(error)}, 400)
