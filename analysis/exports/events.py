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
            Column("payload", Kind.JSON, "More about it."),
        )

    def count(self, experiment: Experiment, options: Options) -> int:
        """One query."""
        return self._events(experiment, options).count()

    def rows(self, experiment: Experiment, options: Options) -> Iterator[Row]:
        """As they were written."""
        fields = ("pk", "at", "kind", "subject", "rehearsed", "payload")
        found: Iterator[tuple[Cell, ...]] = (
            self._events(experiment, options).order_by("pk").values_list(*fields).iterator(chunk_size=CHUNK)
        )
        yield from found

    def _events(self, experiment: Experiment, options: Options) -> QuerySet[Event]:
        rehearsed = Q()
        for subjects_of in REHEARSED:
            rehearsed |= Q(subject__in=subjects_of(experiment))
        marked = Case(When(rehearsed, then=Value(True)), default=Value(False), output_field=BooleanField())
        events = Event.objects.filter(experiment=experiment).annotate(rehearsed=marked)
        return events if options.with_rehearsal else events.filter(rehearsed=False)
