"""Move a locked session: to a page, to the next stage, to its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bandits.errors import NotInExperiment
from bandits.services import complete_slot, release_slot
from bandits.services.excluding import exclude_unit
from experiments.errors import Full
from experiments.models import Event
from experiments.services.parts import end_part
from experiments.types import JsonObject
from participants.events import SessionEvent, line
from participants.flow.choosing import Course
from participants.models import Session
from participants.reads import places
from participants.services import choosing
from participants.services.assigning import assign_session, new_nonce
from participants.services.attention import has_failed_too_often

MOST_ROUNDS = 3
COLUMNS = (
    "assignment",
    "status",
    "stage",
    "position",
    "attempt",
    "rounds",
    "nonce",
    "seed",
    "answers",
    "checks_failed",
    "ended_because",
    "shown_at",
    "seen_at",
    "ended_at",
)


@dataclass
class Passage:
    """A locked session on its way, now. `save` writes what changed and what the diary says of it, in two queries;
    at the end of a session one more says that the part of its unit is over.

    course: of the block that chooses its stimuli, if the page answered was of one.
    teaches_nothing: why a policy that learns is to leave this session out; empty if it counts.
    """

    session: Session
    now: datetime
    lines: list[Event] = field(default_factory=list)
    fills_place: bool = False
    teaches_nothing: str = ""
    course: Course | None = None

    def tell(self, kind: SessionEvent, payload: JsonObject | None = None) -> None:
        """A line for the diary."""
        self.lines.append(line(kind, self.session, at=self.now, payload=payload))

    def save(self) -> Session:
        """Write it all."""
        self.session.save(update_fields=COLUMNS)
        if self.session.ended_at is not None:
            end_part(self.session.unit_id)
        if self.teaches_nothing:
            exclude_unit(self.session.unit, because=self.teaches_nothing)
        if self.fills_place:
            complete_slot(self.session.unit, telling=self.lines)
        else:
            Event.objects.bulk_create(self.lines)
        return self.session


def turn_to(passage: Passage, position: int, *, attempt: int = 0) -> None:
    """Show the page at that position next, under a fresh nonce."""
    session = passage.session
    session.position, session.attempt, session.nonce = position, attempt, new_nonce()
    session.shown_at = session.seen_at = passage.now


def advance(passage: Passage) -> None:
    """To the next page that is to be shown, the next stage, or the end."""
    session, before = passage.session, passage.course
    index = choosing.go_on(session, session.position + 1, now=passage.now, course=before)
    if before is not None and not _is_in(session, index, before.chooser.name):
        choosing.finish(session, before, now=passage.now)
    turn_to(passage, index)
    if session.status == Session.Status.ASSIGNED:
        session.status = Session.Status.ACTIVE
    settle(passage)


def _is_in(session: Session, index: int, block: str) -> bool:
    """Whether the page at that position is of the block."""
    found = places(session)
    return index < len(found) and found[index].chooser == block


def settle(passage: Passage) -> None:
    """Stay if there is a page; else on to the next stage, or to the end."""
    session = passage.session
    if session.position < len(places(session)):
        return
    if session.stage == "screening":
        _begin_main_stage(passage)
    if session.stage == "main" and session.position >= len(places(session)):
        complete(passage)


def _begin_main_stage(passage: Passage) -> None:
    try:
        assign_session(passage.session, now=passage.now)
    except (Full, NotInExperiment) as refusal:
        screen_out(passage, because=refusal.code)


def start_stage_again(passage: Passage) -> None:
    """Back to the first page of the stage, at most three times; then out."""
    passage.session.rounds += 1
    if passage.session.rounds >= MOST_ROUNDS:
        screen_out(passage, because="check")
    else:
        turn_to(passage, choosing.go_on(passage.session, 0, now=passage.now))
        settle(passage)


def complete(passage: Passage) -> None:
    """Done here: the place is filled for good."""
    _end(passage, Session.Status.COMPLETED)
    passage.fills_place = True
    if has_failed_too_often(passage.session):
        passage.teaches_nothing = "failed checks"
    seconds = (passage.now - passage.session.entered_at).total_seconds()
    passage.tell(SessionEvent.COMPLETED, {"seconds": round(seconds, 1)})


def screen_out(passage: Passage, *, because: str) -> None:
    """Out by a rule. A place, if there is one, opens again."""
    _end(passage, Session.Status.SCREENED_OUT, because=because)
    release_slot(passage.session.unit, reason="screened_out", now=passage.now)
    passage.tell(SessionEvent.SCREENED_OUT, {"because": because[:80]})


def leave(passage: Passage, status: Session.Status, kind: SessionEvent) -> None:
    """Out before the end (returned, timed out, withdrawn). The place opens again."""
    session = passage.session
    _end(passage, status)
    release_slot(session.unit, reason=str(status), now=passage.now)
    step = places(session)[session.position].step.name if session.position < len(places(session)) else ""
    passage.tell(kind, {"step": step, "position": session.position})


def _end(passage: Passage, status: Session.Status, *, because: str = "") -> None:
    session = passage.session
    session.status, session.ended_at, session.ended_because = status, passage.now, because
    session.nonce = new_nonce()
