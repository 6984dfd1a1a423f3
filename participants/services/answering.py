"""Answer a page: acknowledged means committed, and the same page counts once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from experiments.models import Unit
from experiments.services.measuring import insert_readings
from experiments.types import Json, JsonObject
from participants.errors import SessionOver, StalePage
from participants.events import SessionEvent
from participants.flow.conditions import holds
from participants.flow.page import Page, Reply, read_reply
from participants.flow.references import as_text, in_language
from participants.models import Session, Trial
from participants.reads import (
    answers_with,
    base_context,
    blueprint,
    current_page,
    deadline_of,
    index_of,
    session_by_token,
)
from participants.services import choosing, moving
from participants.services.moving import Passage
from participants.services.readings import readings_of

LONGEST_MS = 2**31 - 1  # of the column: 24 days, for whom leaves a page open that long
GRACE = timedelta(seconds=5)  # the browser sends by itself at zero; the answer may take a moment to arrive


@dataclass(frozen=True, slots=True)
class Sent:
    """What a browser posts: the page's nonce, its fields, its own clock in ms since the page was shown."""

    nonce: str
    fields: Mapping[str, list[str]]
    client: JsonObject


@dataclass(frozen=True, slots=True)
class Turned:
    """What became of it. page and reply are there when the page is to be shown again with its errors."""

    session: Session
    page: Page | None = None
    reply: Reply | None = None


def answer_page(token: str, sent: Sent, *, now: datetime) -> Turned:
    """Take the answer to the current page and move on. Five queries; three more where stimuli are chosen.

    A page that was answered before: nothing changes, the first answer stands. SessionOver, StalePage, UnknownSession.
    """
    with transaction.atomic():
        session = session_by_token(token, lock=True)
        if sent.nonce != session.nonce:
            return _replayed(session, sent.nonce)
        if not session.is_under_way:
            raise SessionOver("This session has ended.", hint="There is nothing left to answer.")
        return _answer(session, sent, now=now)


def _replayed(session: Session, nonce: str) -> Turned:
    if Trial.objects.filter(session=session, nonce=nonce).exists():
        return Turned(session)
    raise StalePage("This page is not the current one.", hint="You can go on from where you were.")


def _answer(session: Session, sent: Sent, *, now: datetime) -> Turned:
    answer = _read(session, sent, now=now)
    if answer.reply.errors:
        return Turned(session, answer.page, answer.reply)
    passage = Passage(session, now)
    outcome = _outcome(answer)
    _record_trial(answer, outcome, passage)
    if outcome == Trial.Outcome.FAILED:
        moving.turn_to(passage, session.position, attempt=session.attempt + 1)
        return Turned(passage.save(), answer.page, answer.reply)
    _keep(answer, passage)
    _move_on(answer, passage)
    return Turned(passage.save())


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer to a session's current page. at_zero: its time ran out."""

    session: Session
    page: Page
    sent: Sent
    reply: Reply
    at: datetime
    at_zero: bool


def _read(session: Session, sent: Sent, *, now: datetime) -> _Answer:
    """Late answers are not read; those that the browser sent by itself at zero are read as far as they go."""
    page = current_page(session)
    deadline = deadline_of(session, page.place)
    is_late = deadline is not None and now > deadline + GRACE
    is_due = deadline is not None and now > deadline - GRACE
    at_zero = is_late or (is_due and sent.client.get("timed_out") is True)
    reply = read_reply(page, {} if is_late else sent.fields, lenient=at_zero)
    return _Answer(session, page, sent, reply, now, at_zero)


def _outcome(answer: _Answer) -> Trial.Outcome:
    if answer.at_zero:
        return Trial.Outcome.TIMED_OUT
    retry = answer.reply.failed and answer.session.attempt + 1 < answer.page.place.step.attempts
    return Trial.Outcome.FAILED if retry else Trial.Outcome.ANSWERED


def _record_trial(answer: _Answer, outcome: Trial.Outcome, passage: Passage) -> None:
    session, place = answer.session, answer.page.place
    Trial.objects.create(
        session=session,
        index=index_of(session),
        step=place.step.name,
        attempt=session.attempt,
        stimulus=place.stimulus(),
        nonce=answer.sent.nonce,
        shown_at=session.shown_at,
        answered_at=answer.at,
        answer=answer.reply.answers,
        checks=answer.reply.checks,
        client=answer.sent.client,
        duration_ms=min(max(answer.at - session.shown_at, timedelta()) // timedelta(milliseconds=1), LONGEST_MS),
        outcome=outcome,
    )
    payload: dict[str, Json] = {"step": place.step.name, "index": index_of(session), "outcome": str(outcome)}
    if answer.reply.checks:
        payload["checks"] = dict(answer.reply.checks)
    passage.tell(_kind(answer), payload)


def _kind(answer: _Answer) -> SessionEvent:
    if answer.at_zero:
        return SessionEvent.PAGE_TIMED_OUT
    return SessionEvent.CHECK_FAILED if answer.reply.failed else SessionEvent.PAGE_ANSWERED


def _keep(answer: _Answer, passage: Passage) -> None:
    """Remember the answers, and turn them into measurements and attributes."""
    session, answers = answer.session, answer.reply.answers
    session.answers = answers_with(session, answers)
    session.checks_failed += sum(not passed for passed in answer.reply.checks.values())
    insert_readings(session.experiment_id, readings_of(session, answer.page, answer.reply, at=answer.at))
    passage.course = choosing.learn(session, answer.page, answer.reply, at=answer.at)
    told = {spec.attribute: answers.get(spec.name) for spec in answer.page.place.step.components if spec.attribute}
    if told:
        before = session.unit.attributes if isinstance(session.unit.attributes, Mapping) else {}
        session.unit.attributes = {**before, **told}
        Unit.objects.filter(pk=session.unit_id).update(attributes=session.unit.attributes)


def _move_on(answer: _Answer, passage: Passage) -> None:
    session, step, failed = answer.session, answer.page.place.step, answer.reply.failed
    if step.screen_out and holds(_condition(step.screen_out), base_context(session)):
        moving.screen_out(passage, because=_message(session, step.screen_out))
    elif failed and step.on_fail == "screen_out":
        moving.screen_out(passage, because="check")
    elif failed and step.on_fail == "repeat":
        moving.start_stage_again(passage)
    else:
        moving.advance(passage)


def _condition(rule: JsonObject) -> JsonObject:
    when = rule.get("when")
    return when if isinstance(when, Mapping) else {}


def _message(session: Session, rule: JsonObject) -> str:
    return as_text(in_language(rule.get("message"), session.language, blueprint(session).languages))[:200]
