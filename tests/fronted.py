"""A client that asks the web server's own application: the front, and Django behind it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from wsgiref.types import WSGIEnvironment

from django.http import HttpResponse
from django.test.client import ClientHandler, FakePayload

from machina_site.front.app import Front

BASE = {
    "HTTP_HOST": "localhost",
    "REMOTE_ADDR": "127.0.0.1",
    "SERVER_NAME": "localhost",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "SCRIPT_NAME": "",
    "QUERY_STRING": "",
    "wsgi.url_scheme": "http",
}


@dataclass
class Fronted:
    """What was answered. by_front: Django did not see it."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes
    by_front: bool

    def json(self) -> Any:
        return json.loads(self.content)

    def __getitem__(self, header: str) -> str:
        return self.headers[header]

    def __contains__(self, header: str) -> bool:
        return header in self.headers


class FrontClient:
    """The test client's way of asking, through WSGI."""

    def __init__(self) -> None:
        self.reached_django = False
        self.application = Front(self._django)
        self._handler = ClientHandler()  # Django, but for closing the test's connection

    def _django(self, environ: WSGIEnvironment, start_response: Any) -> Iterable[bytes]:
        self.reached_django = True
        response = cast(HttpResponse, self._handler(environ))
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return [response.content]

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Fronted:
        return self.generic("GET", path, b"", "", headers=headers)

    def post(
        self, path: str, body: object = None, _form: str = "json", headers: Mapping[str, str] | None = None
    ) -> Fronted:
        raw = b"" if body is None else json.dumps(body).encode()
        return self.generic("POST", path, raw, "application/json" if raw else "", headers=headers)

    def generic(
        self, method: str, path: str, raw: bytes, content_type: str, *, headers: Mapping[str, str] | None = None
    ) -> Fronted:
        named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()}
        environ: dict[str, Any] = {**BASE, "PATH_INFO": path, "REQUEST_METHOD": method, **named}
        environ |= {"CONTENT_LENGTH": str(len(raw)), "CONTENT_TYPE": content_type, "wsgi.input": FakePayload(raw)}
        started: list[Any] = []
        self.reached_django = False
        body = b"".join(self.application(environ, lambda *said: started.extend(said)))  # type: ignore[arg-type]  # no writer
        status, headers = int(started[0][:3]), dict(started[1])
        return Fronted(status, headers, body, not self.reached_django)
