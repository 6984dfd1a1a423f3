"""A log line is one line, readable, and gives away neither a participant's capability nor a local variable."""

import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
from django.test import Client, RequestFactory

from machina_site.logs import logging_settings, without_capability
from machina_site.middleware import is_quiet


@pytest.fixture(autouse=True)
def kept_handlers() -> Iterator[None]:
    """Whatever a test sets up is gone after it."""
    kept = logging.root.handlers[:]
    yield
    logging.root.handlers[:] = kept


def configure(*, as_json: bool) -> None:
    """As the settings do."""
    logging.config.dictConfig({**logging_settings(level="INFO", as_json=as_json), "loggers": {}})


def logged(capsys: pytest.CaptureFixture[str], *, as_json: bool) -> str:
    """What an exception's line looks like."""
    configure(as_json=as_json)
    try:
        secret = "worker-id-12345"
        raise ValueError(f"no such arm among {len(secret)}")
    except ValueError:
        logging.getLogger("rooms").exception("assignment failed")
    return capsys.readouterr().err


def test_an_exception_is_one_line_that_says_where_it_came_from(capsys: pytest.CaptureFixture[str]) -> None:
    text = logged(capsys, as_json=False)

    assert text.count("\n") == 1
    assert "[error] assignment failed" in text
    assert "ValueError: no such arm among 15 (from test_logs.py:" in text


@pytest.mark.parametrize("as_json", [True, False])
def test_local_variables_are_not_logged(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    assert "worker-id" not in logged(capsys, as_json=as_json)


def test_a_machine_reads_json(capsys: pytest.CaptureFixture[str]) -> None:
    line = json.loads(logged(capsys, as_json=True))

    assert line["event"] == "assignment failed"
    assert line["level"] == "error"


def test_a_participants_capability_is_in_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert without_capability("Not Found: /p/abc.DEF-123/next/ (/s/trust/)") == "Not Found: /p/…/next/ (/s/trust/)"

    configure(as_json=False)
    request = RequestFactory().get("/p/abc.DEF-123/")
    logging.getLogger("rooms").error("Internal Server Error: %s", request.path, extra={"request": request})

    written = capsys.readouterr().err
    assert "Internal Server Error: /p/…/" in written
    assert "DEF-123" not in written


@pytest.mark.parametrize(("given", "is_kept"), [("a1b2c3d4e5", True), ("x", False), ("a\tb" * 9, False)])
def test_a_sane_request_id_is_kept_and_any_other_replaced(client: Client, given: str, is_kept: bool) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": given})

    assert (response["X-Request-ID"] == given) is is_kept


@pytest.mark.parametrize(
    ("path", "status", "expected"),
    [
        ("/p/token/outbox", 200, True),
        ("/p/token/outbox", 400, False),
        ("/p/token/", 200, False),
        ("/readyz", 503, True),
    ],
)
def test_what_comes_all_the_time_is_logged_only_when_it_goes_wrong(path: str, status: int, expected: bool) -> None:
    assert is_quiet(path, status) is expected
