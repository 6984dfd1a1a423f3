"""What hooks may reach, and what they never may."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from analysis.learning.functions import allow_function
from analysis.runs.hooks.errors import Undeliverable
from analysis.runs.hooks.kinds import KINDS
from analysis.runs.hooks.parsing import Hook, hook_faults, hooks_of
from analysis.runs.hooks.posting import signature
from experiments.types import Json, JsonObject

NEWS: JsonObject = {
    "id": "4b1d",
    "sentence": "Run 3 of “digits” failed: too much",
    "url": "http://localhost/x",
    "run": 3,
}
HEARD: list[object] = []


def hear(news: object) -> None:
    HEARD.append(news)


def break_down(news: object) -> None:
    raise ArithmeticError("hooks break, too")


class Receiver:
    """A real web server that keeps what it is sent, and answers as told."""

    def __init__(self) -> None:
        self.status, self.got = 200, list[tuple[dict[str, str], bytes]]()
        receiver = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body))
                self.send_response(receiver.status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://localhost:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_HOSTS, settings.WEBHOOK_SECRET = ["localhost"], "between us"
    receiver = Receiver()
    yield receiver
    receiver.stop()


def test_a_web_hook_is_sent_the_news_signed(receiver: Receiver) -> None:
    KINDS["webhook"].tell(receiver.url, NEWS)

    (headers, body), *more = receiver.got
    assert not more
    assert json.loads(body) == NEWS
    assert headers["Machina-Delivery"] == "4b1d"
    assert headers["Machina-Signature"] == signature(body, "between us")


@pytest.mark.parametrize(("status", "heals"), [(500, True), (429, True), (404, False), (302, False)])
def test_an_answer_that_is_no_success_is_told_and_no_redirect_followed(
    receiver: Receiver, status: int, heals: bool
) -> None:
    receiver.status = status

    with pytest.raises(Undeliverable, match=str(status)) as refused:
        KINDS["webhook"].tell(receiver.url, NEWS)

    assert refused.value.heals is heals
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x",
        "https://10.0.0.7/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.7]/x",
        "https://[fd00::1]/x",
        "https://0.0.0.0/x",
        "https://224.0.0.1/x",
        "http://example.org/x",
        "ftp://example.org/x",
        "https://user:secret@example.org/x",
        "file:///etc/passwd",
        "https://",
        "https://a..b/x",
        f"https://{'a' * 64}.example.org/x",
        "https://xn--/x",
        "https://example.org:99999/x",
    ],
)
def test_a_web_hook_may_not_point_into_this_network(url: str) -> None:
    assert KINDS["webhook"].fault(url)
    with pytest.raises(Undeliverable):
        KINDS["webhook"].tell(url, NEWS)


def test_a_name_that_stands_for_a_private_address_is_refused_when_it_is_told(settings: Any) -> None:
    receiver = Receiver()
    settings.WEBHOOK_HOSTS = []
    try:
        with pytest.raises(Undeliverable, match="not a public address"):
            KINDS["webhook"].tell(receiver.url.replace("http:", "https:"), NEWS)
        assert receiver.got == []
    finally:
        receiver.stop()


def test_a_mail_says_it_in_its_subject() -> None:
    KINDS["email"].tell("amara@example.org", NEWS)

    (sent,) = mail.outbox
    assert sent.to == ["amara@example.org"]
    assert sent.subject == "Run 3 of “digits” failed: too much"
    assert '"run": 3' in str(sent.body)


def test_without_a_mail_server_mails_are_written_to_a_folder(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", tmp_path

    KINDS["email"].tell("amara@example.org", NEWS)

    assert any("amara@example.org" in path.read_text() for path in tmp_path.iterdir())


def test_a_function_is_called_only_if_it_was_allowed() -> None:
    HEARD.clear()
    path = f"{__name__}:hear"
    with pytest.raises(Undeliverable, match="may not be called"):
        KINDS["call"].tell("os:getpid", NEWS)

    allow_function(path)
    KINDS["call"].tell(path, NEWS)

    assert HEARD == [NEWS]


def test_what_a_called_function_raises_is_its_own_matter() -> None:
    allow_function(f"{__name__}:break_down")

    with pytest.raises(Undeliverable, match="hooks break, too") as told:
        KINDS["call"].tell(f"{__name__}:break_down", NEWS)

    assert not told.value.heals


def test_the_hooks_of_a_document() -> None:
    document: Json = {"hooks": [{"on": ["run_failed", "batch_failed"], "email": ["a@example.org", "b@example.org"]}]}

    assert not list(hook_faults(document))
    assert [hook.target for hook in hooks_of(document)] == ["a@example.org", "b@example.org"]
    assert hooks_of({}) == list[Hook]()


@pytest.mark.parametrize(
    ("hook", "path"),
    [
        ({"on": "run_failed"}, "hooks[0]"),
        ({"on": "run_fails", "email": "a@example.org"}, "hooks[0].on"),
        ({"email": "a@example.org"}, "hooks[0].on"),
        ({"on": "run_failed", "email": "nobody"}, "hooks[0].email"),
        ({"on": "run_failed", "call": "os:system"}, "hooks[0].call"),
        ({"on": "run_failed", "webhook": "https://10.0.0.1/"}, "hooks[0].webhook"),
        ({"on": "run_failed", "emial": "a@example.org"}, "hooks[0].emial"),
        ("mail me", "hooks[0]"),
    ],
)
def test_a_wrong_hook_is_refused_with_its_path(hook: Json, path: str) -> None:
    assert path in [where for where, _ in hook_faults({"hooks": [hook]})]
