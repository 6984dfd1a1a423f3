"""What simulated participants must know beyond the page: their arm, right answers, what a script would post.

Read from the database in a thread of its own, so that many participants need one connection. Nothing is written.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

from django.db import InterfaceError, OperationalError, connections

from experiments.chance import Stream
from participants.errors import UnknownSession
from participants.flow.page import Page
from participants.reads import current_page, session_by_token
from participants.simulation.filling import Insight

T = TypeVar("T")
PAUSE = 0.2


class Knowledge:
    """A context manager: closes its connection at the end. patience: seconds to wait for a database that fell."""

    def __init__(self, patience: float = 0.0) -> None:
        self._patience = patience
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="knowledge")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.read(connections.close_all)
        self._reader.shutdown()

    def read(self, question: Callable[[], T]) -> T:
        """Ask the database, one at a time."""
        return self._reader.submit(self._ask, question).result()

    def _ask(self, question: Callable[[], T]) -> T:
        give_up = time.monotonic() + self._patience
        while True:
            try:
                return question()
            except (OperationalError, InterfaceError):
                connections.close_all()
                if time.monotonic() > give_up:
                    raise
            time.sleep(PAUSE)

    def of(self, token: str, stream: Stream) -> Insight:
        """What helps with the page that the session is on. Nothing of a session that is over."""
        return self.read(lambda: _insight(token, stream))


def _insight(token: str, stream: Stream) -> Insight:
    try:
        session = session_by_token(token)
    except UnknownSession:
        return Insight()
    if not session.is_under_way:
        return Insight()
    page = current_page(session)
    arm = session.assignment.arm.name if session.assignment else ""
    correct = {each.name: each.correct for each in page.components if each.correct is not None}
    return Insight(
        arm=arm,
        step=page.place.step.name,
        correct=correct,
        drawn=_drawn(page, stream),
        case=page.place.case,
        seed=session.seed,
    )


def _drawn(page: Page, stream: Stream) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for _, question in page.questions():
        fields |= question.scripted(stream)
    return fields
