"""MTurk's messages: several events in one document, more than once and in any order."""

from __future__ import annotations

from collections.abc import Mapping

from crowd.notices.documents import moment_in, object_in
from crowd.notices.hints import Hint


def hints_in(message: str) -> list[Hint]:
    """The events of one document. ValueError if it is none: what lacks a document id cannot be counted once."""
    document = object_in(message)
    if not document.get("EventDocId"):
        raise ValueError("This is no event document of Mechanical Turk: it has no EventDocId.")
    events = document.get("Events", [])
    if not isinstance(events, list):
        raise ValueError("The Events of this document are no list.")
    found = [event for event in events if isinstance(event, dict)]
    return [_hint(f"{document['EventDocId']}:{number}", event) for number, event in enumerate(found)]


def _hint(key: str, event: Mapping[str, object]) -> Hint:
    return Hint(
        key=key[:120],
        kind=str(event.get("EventType", ""))[:60],
        posting_id=str(event.get("HITId", ""))[:64],
        submission_id=str(event.get("AssignmentId", ""))[:64],
        happened_at=moment_in(event.get("EventTimestamp")),
    )
