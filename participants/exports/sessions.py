"""A session beside its unit's rows, and beside its own trials and interactions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from analysis.exports.columns import Cell, Column, Kind, Row
from analysis.exports.designs import Design, factor_columns
from analysis.exports.events import subjects
from analysis.exports.options import Options
from analysis.exports.snapshot import CHUNK
from analysis.exports.units import ARM_COLUMNS, UNIT_COLUMNS, ArmLabels
from experiments.models import Experiment
from participants.models import Session, Trial

SESSION_COLUMNS = (
    Column("session", Kind.TEXT, "Pseudonym of one person's passage through this experiment."),
    Column("participant", Kind.TEXT, "Pseudonym of the person, the same in all experiments of the study."),
    Column(
        "status",
        Kind.TEXT,
        "Where the session stands. People who withdrew but let their data be kept are here: exclude them if you must.",
        options=tuple(Session.Status.values),
    ),
)
PASSAGE_COLUMNS = (
    Column("ended_because", Kind.TEXT, "Why it ended, where it was cut short."),
    Column("entered_at", Kind.TIME, "When they agreed to take part."),
    Column("ended_at", Kind.TIME, "When the session ended."),
    Column("duration_s", Kind.NUMBER, "From entering to the end.", unit="s", low=0),
    Column("checks_failed", Kind.INTEGER, "Comprehension and attention checks missed.", low=0),
    Column("language", Kind.TEXT, "Language of the pages (BCP 47)."),
    Column("platform", Kind.TEXT, "Where they came from: link, or the name of a crowd platform."),
    Column("stage", Kind.TEXT, "Stage reached.", options=("screening", "main")),
    Column("position", Kind.INTEGER, "Page reached in that stage, from 0.", low=0),
    Column("rounds", Kind.INTEGER, "How often the stage was started again.", low=0),
)


def sessions_of(experiment: Experiment, options: Options) -> QuerySet[Session]:
    """The sessions of a download."""
    sessions = Session.objects.filter(experiment=experiment)
    return sessions if options.with_rehearsal else sessions.filter(is_rehearsal=False)


def rehearsal_sessions(experiment: Experiment) -> QuerySet[Any, str]:
    """The diary's names of the sessions that only rehearsed."""
    return subjects("session:", Session.objects.filter(experiment=experiment, is_rehearsal=True))


def emptied_sessions(experiment: Experiment) -> QuerySet[Any, str]:
    """The diary's names of the sessions whose data were deleted at their owner's wish."""
    withdrawn = Session.objects.filter(experiment=experiment, status=Session.Status.WITHDRAWN)
    return subjects("session:", withdrawn.filter(~Exists(Trial.objects.filter(session=OuterRef("pk")))))


class LongSessionColumns:
    """Who, and where they stand."""

    def columns(self) -> tuple[Column, ...]:
        """Three."""
        return SESSION_COLUMNS

    def rows(self, experiment: Experiment, options: Options) -> Iterator[tuple[int, Row]]:
        """By unit."""
        fields = ("unit_id", "uuid", "participant__uuid", "status")
        for unit, *cells in _by_unit(experiment, options, fields):
            yield cast(int, unit), tuple(map(_cell, cells))


class WideSessionColumns:
    """Also how they fared."""

    def columns(self) -> tuple[Column, ...]:
        """Those of `long` and more."""
        return (*SESSION_COLUMNS, *PASSAGE_COLUMNS)

    def rows(self, experiment: Experiment, options: Options) -> Iterator[tuple[int, Row]]:
        """By unit."""
        fields = ("unit_id", "uuid", "participant__uuid", "status", "ended_because", "entered_at", "ended_at")
        more = ("checks_failed", "language", "participant__platform", "stage", "position", "rounds")
        for unit, *cells in _by_unit(experiment, options, (*fields, *more)):
            who, (because, entered, ended, *rest) = map(_cell, cells[:3]), map(_cell, cells[3:])
            times = (entered, ended, _seconds(entered, ended))
            yield cast(int, unit), (*who, because or None, *times, *rest)


def _by_unit(experiment: Experiment, options: Options, fields: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    rows = sessions_of(experiment, options).order_by("unit_id").values_list(*fields)
    return cast("Iterator[tuple[object, ...]]", rows.iterator(chunk_size=CHUNK))


def _cell(value: object) -> Cell:
    return str(value) if isinstance(value, UUID) else cast(Cell, value)


def _seconds(start: Cell, end: Cell) -> float | None:
    return (end - start).total_seconds() if isinstance(start, datetime) and isinstance(end, datetime) else None


HEAD_FIELDS = (
    "pk",
    "unit__uuid",
    "is_rehearsal",
    "uuid",
    "participant__uuid",
    "status",
    "assignment__arm_id",
    "assignment__propensity",
    "version_id",
)


def head_columns(design: Design) -> tuple[Column, ...]:
    """Unit, session, arm, between-factors."""
    return (*UNIT_COLUMNS, *SESSION_COLUMNS, *ARM_COLUMNS, *factor_columns(design, "between"))


@dataclass(frozen=True, slots=True)
class SessionHead:
    """The cells of a session that its trials and interactions repeat."""

    design: Design
    labels: ArmLabels

    def rows(self, experiment: Experiment, options: Options) -> Iterator[tuple[int, Row]]:
        """(primary key of the session, cells), sessions ascending."""
        found = sessions_of(experiment, options).order_by("pk").values_list(*HEAD_FIELDS)
        for pk, unit, is_rehearsal, session, participant, status, arm, propensity, version in found.iterator(
            chunk_size=CHUNK
        ):
            cells = self.labels.cells(self.design, arm, propensity, version)
            yield pk, (str(unit), is_rehearsal, str(session), str(participant), status, *cells)
