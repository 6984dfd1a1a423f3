"""Table `events`: the diary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import BooleanField, Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat

from analysis.exports.columns import Cell, Column, Kind, Row
from analysis.exports.options import Options
from analysis.exports.snapshot import CHUNK
from experiments.models import Event, Experiment, Unit

Subjects = Callable[[Experiment], "QuerySet[Any, str]"]  # of any model that the diary names by its uuid


def rehearsal_units(experiment: Experiment) -> QuerySet[Any, str]:
    """Subjects of the units that only rehearsed."""
    units = Unit.objects.filter(experiment=experiment, is_rehearsal=True)
    return subjects("unit:", units)


def subjects(prefix: str, rows: QuerySet[Any]) -> QuerySet[Any, str]:
    """The rows as the diary names them: prefix and uuid."""
    named = Concat(Value(prefix), Cast(F("uuid"), TextField()), output_field=TextField())
    named_rows: QuerySet[Any, str] = rows.order_by().annotate(subject=named).values_list("subject", flat=True)
    return named_rows


REHEARSED: list[Subjects] = [rehearsal_units]
"""Who only rehearsed, by the diary's names; rooms above add theirs."""
WITHHELD: list[Subjects] = []
"""Of whom no details leave: they wanted their data deleted, and the diary cannot forget."""


class Events:
    """What happened, in order."""

    name = "events"
    title = "Events: the diary"
    description = "Everything that happened, in order: entered, assigned, answered, timed out, paused, exported."
    position = 50

    def columns(self, experiment: Experiment) -> tuple[Column, ...]:
        """The same for every experiment."""
        return (
            Column("id", Kind.INTEGER, "Grows with time; the cursor of the API.", low=1),
            Column("at", Kind.TIME, "When it happened."),
            Column("kind", Kind.TEXT, "What happened, such as session.completed."),
            Column("subject", Kind.TEXT, "To whom: session:, unit: or version: and its pseudonym or number."),
            Column("is_rehearsal", Kind.BOOLEAN, "About somebody who rehearsed: not data."),
            Column("payload", Kind.JSON, "More about it; empty for people who wanted their data deleted."),
        )

    def count(self, experiment: Experiment, options: Options) -> int:
        """One query."""
        return self._events(experiment, options).count()

    def rows(self, experiment: Experiment, options: Options) -> Iterator[Row]:
        """As they were written."""
        fields = ("pk", "at", "kind", "subject", "rehearsed", "payload", "withheld")
        events = self._events(experiment, options).annotate(withheld=_is_one_of(WITHHELD, experiment))
        found: Iterator[tuple[Cell, ...]] = events.order_by("pk").values_list(*fields).iterator(chunk_size=CHUNK)
        for *cells, payload, is_withheld in found:
            yield (*cells, None if is_withheld else payload)

    def _events(self, experiment: Experiment, options: Options) -> QuerySet[Event]:
        events = Event.objects.filter(experiment=experiment).annotate(rehearsed=_is_one_of(REHEARSED, experiment))
        return events if options.with_rehearsal else events.filter(rehearsed=False)


def _is_one_of(kinds: list[Subjects], experiment: Experiment) -> Case:
    """Whether an event is about any of those subjects."""
    condition = Q(pk__in=[])
    for subjects_of in kinds:
        condition |= Q(subject__in=subjects_of(experiment))
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
