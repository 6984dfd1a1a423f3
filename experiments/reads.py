"""Numbers of an experiment from its own tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import takewhile

from django.db.models import Count

from experiments.checking import definition_problems
from experiments.models import Arm, Event, Experiment, Slot
from experiments.readiness import problems as readiness_problems
from experiments.types import Json, JsonObject

RECENT = 200  # so many of the newest events are read again each time: ids do not commit in order
SETTLED_AFTER = timedelta(seconds=5)
FIELDS = ("pk", "at", "kind", "subject", "payload")


@dataclass(frozen=True, slots=True)
class EventLine:
    """A line of the diary."""

    id: int
    at: datetime
    kind: str
    subject: str
    payload: JsonObject


@dataclass(frozen=True, slots=True)
class Diary:
    """The newest events, and a mark that changes whenever one of them is new, also one that committed late."""

    events: tuple[EventLine, ...]

    @property
    def mark(self) -> str:
        """ "0" for an empty diary, else the highest id and a digest of those read."""
        if not self.events:
            return "0"
        ids = ",".join(str(event.id) for event in self.events)
        return f"{self.events[0].id}-{blake2b(ids.encode(), digest_size=6).hexdigest()}"


def diary_of(experiment: Experiment) -> Diary:
    """The newest RECENT events, newest first. One query, by the cursor's index."""
    rows = Event.objects.of(experiment).order_by("-pk").values_list(*FIELDS)[:RECENT]
    return Diary(tuple(EventLine(pk, at, kind, subject, _object(payload)) for pk, at, kind, subject, payload in rows))


@dataclass(frozen=True, slots=True)
class EventsAfter:
    """Lines behind a cursor. next: the cursor to go on from. is_settled: whether that is past all of these lines."""

    events: tuple[EventLine, ...]
    next: int
    is_settled: bool


def events_after(experiment: Experiment, cursor: int, *, kind: str, at_most: int, now: datetime) -> EventsAfter:
    """The diary behind the cursor, oldest first; `kind` "" for every kind. One query.

    Ids do not commit in their order, so `next` stays before the first line younger than SETTLED_AFTER: where that is,
    lines may still come in between.
    """
    lines = Event.objects.of(experiment).after(cursor)
    rows = (lines.filter(kind=kind) if kind else lines).values_list(*FIELDS)[:at_most]
    events = tuple(EventLine(pk, at, kind, subject, _object(payload)) for pk, at, kind, subject, payload in rows)
    settled = list(takewhile(lambda event: event.at <= now - SETTLED_AFTER, events))
    return EventsAfter(events, settled[-1].id if settled else cursor, is_settled=len(settled) == len(events))


def newest_events(
    experiments: Sequence[Experiment], *, without: Sequence[str], at_most: int
) -> list[tuple[int | None, EventLine]]:
    """The newest events of several experiments, each with its experiment's key. One query."""
    rows = Event.objects.filter(experiment__in=experiments).exclude(kind__in=without).order_by("-pk")
    found = rows.values_list("experiment_id", *FIELDS)[:at_most]
    return [(of, EventLine(pk, at, kind, subject, _object(payload))) for of, pk, at, kind, subject, payload in found]


def _object(payload: Json) -> JsonObject:
    return payload if isinstance(payload, Mapping) else {}


def completes_of(experiment: Experiment) -> int:
    """Places filled for good by real units. One query."""
    return Slot.objects.of(experiment, is_rehearsal=False).filter(status=Slot.Status.COMPLETED).count()


def completes_by_experiment(experiments: list[Experiment]) -> dict[int, int]:
    """The same for many experiments in one query."""
    rows = Slot.objects.filter(experiment__in=experiments, is_rehearsal=False, status=Slot.Status.COMPLETED)
    return dict(rows.order_by().values_list("experiment_id").annotate(n=Count("pk")))


def places_by_arm(experiment: Experiment, *, is_rehearsal: bool) -> dict[tuple[int, str], int]:
    """How many places each arm has in each status, {(arm's key, status): n}. One query."""
    rows = Slot.objects.of(experiment, is_rehearsal=is_rehearsal).order_by().values_list("arm_id", "status")
    return {(arm, status): n for arm, status, n in rows.annotate(n=Count("pk"))}


def percent_done(experiment: Experiment, completes: int) -> int:
    """Completes in percent of the target, 100 at most."""
    return min(100, round(100 * completes / experiment.target))


def arms_of(experiment: Experiment) -> list[Arm]:
    """In their order. One query."""
    return list(Arm.objects.filter(experiment=experiment).order_by("position", "pk"))


def open_points(definition: JsonObject, *, languages: Sequence[str]) -> list[str]:
    """Everything that keeps a frozen definition from being run, as sentences; an empty list means that it can start."""
    own = {key: value for key, value in definition.items() if key not in ("consent", "languages")}
    found = [f"{each.path}: {each.message} {each.hint}".strip() for each in definition_problems(own, languages)]
    return found or list(readiness_problems(definition))
