"""Sweep: lengthen the leases of the living, time out the silent, reopen their places. Runs any number of times."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from bandits.services import renew_slots
from experiments.models import Experiment, Slot
from participants.events import SessionEvent
from participants.models import Session
from participants.querysets import SessionQuerySet
from participants.reads import RELATED
from participants.services import moving

BATCH = 500
SOON = timedelta(seconds=30)  # twice the pace of the sweep


def sweep(*, now: datetime) -> int:
    """Every experiment. Returns how many sessions were timed out."""
    return _sweep(Session.objects.all(), now=now)


def sweep_experiment(experiment: Experiment, *, now: datetime) -> int:
    """One experiment, for somebody who waits at its door."""
    return _sweep(Session.objects.of(experiment), now=now)


def _sweep(sessions: SessionQuerySet, *, now: datetime) -> int:
    silent = list(sessions.silent(now).order_by("pk").values_list("pk", flat=True)[:BATCH])
    expired = sum(expire_session(pk, now=now) for pk in silent)
    lapsing = Slot.objects.lapsed(now + SOON).values("unit_id")
    renew_slots(sessions.under_way().filter(unit_id__in=lapsing).values_list("unit_id", flat=True)[:BATCH], now=now)
    return expired


@transaction.atomic
def expire_session(pk: int, *, now: datetime) -> bool:
    """Time out one session if it is still silent; somebody who holds the row (is answering) is passed over."""
    locked = Session.objects.select_for_update(skip_locked=True, of=("self",)).select_related(*RELATED)
    session = locked.silent(now).filter(pk=pk).first()
    if session is None:
        return False
    passage = moving.Passage(session, now)
    moving.leave(passage, Session.Status.TIMED_OUT, SessionEvent.TIMED_OUT)
    passage.save()
    return True
