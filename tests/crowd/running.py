"""Stand-ins while a test runs, with the real boto3 client and the stand-in's controls."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from crowd.standin.control_client import Control
from crowd.standin.mturk.server import MTurkStandIn
from crowd.standin.prolific.server import ProlificStandIn

if TYPE_CHECKING:
    import pytest
    from botocore.exceptions import ClientError
    from mypy_boto3_mturk import MTurkClient

ROOT = Path(__file__).parents[2]
QUESTION = (
    '<ExternalQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2006-07-14/'
    'ExternalQuestion.xsd"><ExternalURL>{url}</ExternalURL><FrameHeight>0</FrameHeight></ExternalQuestion>'
)
AT_ONCE = datetime(2001, 1, 1, tzinfo=UTC)
"""When a HIT is to expire that shall stop now."""
TERMS: dict[str, Any] = {
    "LifetimeInSeconds": 3600,
    "AssignmentDurationInSeconds": 600,
    "Reward": "1.00",
    "Title": "A short study",
    "Description": "Ten minutes of choices",
    "Question": QUESTION.format(url="https://study.example.org/join/abc?a=1&amp;b=2"),
}


class RunningMTurk(Control):
    """Its address, a boto3 client, the controls."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._clients: dict[str, MTurkClient] = {}

    def client(self, retries: int = 0, **config: Any) -> "MTurkClient":
        """boto3, as our adapter makes it. retries: how often botocore tries again by itself."""
        key = repr((retries, sorted(config.items())))
        if key not in self._clients:
            self._clients[key] = self._made(retries, config)
        return self._clients[key]

    def _made(self, retries: int, config: dict[str, Any]) -> "MTurkClient":
        return boto3.client(
            "mturk",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="AKIDSTANDIN",
            aws_secret_access_key="no-secret",
            config=Config(
                retries={"total_max_attempts": retries + 1}, **{"read_timeout": 20, "connect_timeout": 5, **config}
            ),
        )

    def hit(self, **terms: Any) -> str:
        """Publish a HIT; its id."""
        return self.client().create_hit(**{**TERMS, **terms})["HIT"]["HITId"]


@contextmanager
def mturk_thread() -> Iterator[RunningMTurk]:
    """In this process."""
    standin = MTurkStandIn().start()
    try:
        yield RunningMTurk(standin.url)
    finally:
        standin.stop()


@contextmanager
def prolific_thread() -> Iterator[Control]:
    """Prolific's, in this process."""
    standin = ProlificStandIn().start()
    try:
        yield Control(standin.url)
    finally:
        standin.stop()


class KillableMTurk(RunningMTurk):
    """In a process of its own, with a journal."""

    kind = "mturk"

    def __init__(self, journal: Path) -> None:
        self.journal = journal
        self.port = free_port()
        self._process: subprocess.Popen[str] | None = None
        super().__init__(f"http://127.0.0.1:{self.port}")

    def start(self) -> None:
        """Again where it was killed: same port, same journal. Back when it listens."""
        command = [self.kind, "--port", str(self.port), "--journal", str(self.journal)]
        self._process = started(command)

    def kill(self) -> None:
        """-9."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self.wait_for_death()

    def wait_for_death(self) -> None:
        """After a fault of kind kill."""
        assert self._process is not None
        self._process.wait(10)
        if self._process.stdout:
            self._process.stdout.close()

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None


class KillableProlific(KillableMTurk):
    """The same for Prolific's; it has no boto3 client."""

    kind = "prolific"


def started(arguments: Sequence[str]) -> subprocess.Popen[str]:
    """A stand-in as a program, once it listens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "crowd.standin.program", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("http"), "the stand-in did not start"
    return process


@contextmanager
def mturk_process(journal: Path) -> Iterator[KillableMTurk]:
    """In a process of its own."""
    running = KillableMTurk(journal)
    running.start()
    try:
        yield running
    finally:
        if running.is_alive:
            running.kill()


def turk_code(refused: "pytest.ExceptionInfo[ClientError]") -> str:
    """The TurkErrorCode without its prefix: it lies beside the error, not in it."""
    response: Any = refused.value.response
    return str(response["TurkErrorCode"]).removeprefix("AWS.MechanicalTurk.")


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(is_true: Any, seconds: float = 10.0) -> None:
    """Poll. AssertionError when it does not come."""
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.02)
