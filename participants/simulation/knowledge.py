"""What simulated participants must know beyond the page: their arm, right answers, what a script would post.

Read from the database in a thread of its own, so that many participants need one connection. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

from django.db import connections

from experiments.chance import Stream
from participants.capability import session_uuid_of
from participants.errors import UnknownSession
from participants.flow.page import Page
from participants.models import Session
from participants.reads import current_page, session_by_token
from participants.simulation.filling import Insight

T = TypeVar("T")


class Knowledge:
    """A context manager: closes its connection at the end."""

    def __init__(self) -> None:
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="knowledge")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.read(connections.close_all)
        self._reader.shutdown()

    def read(self, question: Callable[[], T]) -> T:
        """Ask the database, one at a time."""
        return self._reader.submit(question).result()

    def of(self, token: str, stream: Stream) -> Insight:
        """What helps with the page that the session is on. Nothing of a session that is over."""
        return self.read(lambda: _insight(token, stream))


def knows(token: str) -> bool:
    """Whether the token was made with our key for a session in our database."""
    uuid = session_uuid_of(token)
    return uuid is not None and Session.objects.filter(uuid=uuid).exists()


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
    return Insight(arm=arm, step=page.place.step.name, correct=correct, drawn=_drawn(page, stream))


def _drawn(page: Page, stream: Stream) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for _, question in page.questions():
        fields |= question.scripted(stream)
    return fields
