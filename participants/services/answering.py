"""Answer a page: acknowledged means committed, and the same page counts once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from experiments.models import Unit
from experiments.services.measuring import insert_readings
from experiments.types import Json, JsonObject
from participants import events
from participants.errors import SessionOver, StalePage
from participants.events import SessionEvent
from participants.flow.conditions import holds
from participants.flow.page import Page, Reply, read_reply
from participants.flow.references import as_text, in_language
from participants.models import Session, Trial
from participants.reads import answers_with, base_context, blueprint, current_page, deadline_of, session_by_token
from participants.services import moving
from participants.services.readings import readings_of

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
    """Take the answer to the current page and move on. Five queries.

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
    page = current_page(session)
    deadline = deadline_of(session, page.place)
    is_late = deadline is not None and now > deadline + GRACE
    at_zero = is_late or sent.client.get("timed_out") is True
    reply = read_reply(page, {} if is_late else sent.fields, lenient=at_zero)
    if reply.errors:
        return Turned(session, page, reply)
    outcome = _outcome(session, page, reply, at_zero=at_zero)
    _record_trial(session, page, reply, sent, outcome, now=now)
    if outcome == Trial.Outcome.FAILED:
        return _try_again(session, page, reply, now=now)
    _keep(session, page, reply, now=now)
    _move_on(session, page, reply, now=now)
    return Turned(session)


def _outcome(session: Session, page: Page, reply: Reply, *, at_zero: bool) -> Trial.Outcome:
    if at_zero:
        return Trial.Outcome.TIMED_OUT
    retry = reply.failed and session.attempt + 1 < page.place.step.attempts
    return Trial.Outcome.FAILED if retry else Trial.Outcome.ANSWERED


def _record_trial(
    session: Session, page: Page, reply: Reply, sent: Sent, outcome: Trial.Outcome, *, now: datetime
) -> None:
    kind = SessionEvent.PAGE_TIMED_OUT if outcome == Trial.Outcome.TIMED_OUT else SessionEvent.PAGE_ANSWERED
    kind = SessionEvent.CHECK_FAILED if reply.failed else kind
    duration = max(now - session.shown_at, timedelta())
    Trial.objects.create(
        session=session,
        index=session.position,
        step=page.place.step.name,
        attempt=session.attempt,
        stimulus=page.place.stimulus(),
        nonce=sent.nonce,
        shown_at=session.shown_at,
        answered_at=now,
        answer=reply.answers,
        checks=reply.checks,
        client=sent.client,
        duration_ms=duration // timedelta(milliseconds=1),
        outcome=outcome,
    )
    payload: dict[str, Json] = {"step": page.place.step.name, "stage": session.stage, "position": session.position}
    if reply.checks:
        payload["checks"] = dict(reply.checks)
    events.record(kind, session, at=now, payload=payload)


def _try_again(session: Session, page: Page, reply: Reply, *, now: datetime) -> Turned:
    moving.turn_to(session, session.position, now=now, attempt=session.attempt + 1)
    moving.save(session)
    return Turned(session, page, reply)


def _keep(session: Session, page: Page, reply: Reply, *, now: datetime) -> None:
    """Remember the answers, and turn them into measurements and attributes."""
    session.answers = answers_with(session, reply.answers)
    session.checks_failed += sum(not passed for passed in reply.checks.values())
    insert_readings(session.experiment, readings_of(session, page, reply, at=now))
    attributes = {
        component.spec.attribute: reply.answers.get(component.name)
        for component, _ in page.questions()
        if component.spec.attribute
    }
    if attributes:
        before = session.unit.attributes if isinstance(session.unit.attributes, Mapping) else {}
        session.unit.attributes = {**before, **{str(name): value for name, value in attributes.items()}}
        Unit.objects.filter(pk=session.unit_id).update(attributes=session.unit.attributes)


def _move_on(session: Session, page: Page, reply: Reply, *, now: datetime) -> None:
    step = page.place.step
    if step.screen_out and holds(_condition(step.screen_out), base_context(session)):
        moving.screen_out(session, because=_message(session, step.screen_out), now=now)
    elif reply.failed and step.on_fail == "screen_out":
        moving.screen_out(session, because="check", now=now)
    elif reply.failed and step.on_fail == "repeat":
        moving.start_stage_again(session, now=now)
    else:
        moving.advance(session, now=now)
    moving.save(session)


def _condition(rule: JsonObject) -> JsonObject:
    when = rule.get("when")
    return when if isinstance(when, Mapping) else {}


def _message(session: Session, rule: JsonObject) -> str:
    return as_text(in_language(rule.get("message"), session.language, blueprint(session).languages))[:200]
