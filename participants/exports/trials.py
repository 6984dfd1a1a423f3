"""Table `trials`: one row per page that was shown and left."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import tee
from typing import cast

from django.db.models import QuerySet

from analysis.exports.columns import Cell, Column, Kind, Row, fitted, plain
from analysis.exports.designs import Design, design_of, factor_columns
from analysis.exports.options import Options
from analysis.exports.questions import asked_by
from analysis.exports.snapshot import CHUNK
from analysis.exports.units import arm_labels, beside, first
from experiments.blueprint import json_object
from experiments.models import Experiment
from experiments.types import Json
from participants.displays import DISPLAYS
from participants.exports.sessions import SessionHead, head_columns
from participants.models import Trial

FIELDS = (
    "session_id", "index", "step", "attempt", "outcome", "shown_at", "answered_at", "duration_ms",
    "client", "stimulus", "answer", "checks",
)  # fmt: skip
CLIENT = {
    "shown": "When the browser had shown the page, by its own clock.",
    "first_action": "When somebody first did something on it, since it was shown.",
    "answered": "When it was answered, since it was shown.",
}


def head_of(experiment: Experiment) -> SessionHead:
    """What every row begins with."""
    design = design_of(experiment)
    return SessionHead(design, arm_labels(experiment, design))


class Trials:
    """Every page with its times, answers and checks."""

    name = "trials"
    title = "Trials: one row per page"
    description = "Each page shown and left: answers, checks, times by the server's and the browser's clock."
    position = 30

    def columns(self, experiment: Experiment) -> tuple[Column, ...]:
        """Session, arm, page, times, answers."""
        design = design_of(experiment)
        return (
            *head_columns(design),
            Column("index", Kind.INTEGER, "Place of the page in this session's timeline, from 0.", low=0),
            Column("step", Kind.TEXT, "Step of the timeline."),
            Column("attempt", Kind.INTEGER, "Which try at a page with checks, from 0.", low=0),
            Column("outcome", Kind.TEXT, "How the page was left.", options=tuple(Trial.Outcome.values)),
            Column("shown_at", Kind.TIME, "When the server turned to the page."),
            Column("answered_at", Kind.TIME, "When the answer had arrived."),
            Column("duration_ms", Kind.INTEGER, "Between the two, by the server's clock.", unit="ms", low=0),
            *(_client_column(name) for name in CLIENT),
            Column("case", Kind.TEXT, "Id of the stimulus the step was repeated for."),
            *factor_columns(design, "within"),
            *_answer_columns(design),
            *(_check_column(name) for name in _checks(design)),
            Column("answer", Kind.JSON, "All answers of the page by question.", holds_free_text=True),
            Column("checks", Kind.JSON, "All checks of the page: passed or not."),
            Column("client", Kind.JSON, "All that the browser timed."),
        )

    def count(self, experiment: Experiment, options: Options) -> int:
        """One query."""
        return _trials(experiment, options).count()

    def rows(self, experiment: Experiment, options: Options) -> Iterator[Row]:
        """By session, then as they came."""
        head = head_of(experiment)
        tail = _Tail(head.design)
        trials = _trials(experiment, options).order_by("session_id", "pk").values_list(*FIELDS)
        stored = trials.iterator(chunk_size=CHUNK)
        sessions, again = tee(head.rows(experiment, options))
        for (_, cells), (_, found) in zip(sessions, beside((pk for pk, _ in again), stored, first), strict=True):
            for trial in found:
                yield (*cells, *tail.cells(cast(Row, trial)))


class _Tail:
    """Turns a stored trial into its cells after the session's."""

    def __init__(self, design: Design) -> None:
        self._within = {c.name.removeprefix("factor."): c.kind for c in factor_columns(design, "within")}
        self._answers = tuple(column.name.removeprefix("answer.") for column in _answer_columns(design))
        self._checks = _checks(design)

    def cells(self, trial: Row) -> Row:
        *fixed, client, stimulus, answer, checks = trial[1:]
        times, place, answers, passed = (json_object(cast(Json, part)) for part in (client, stimulus, answer, checks))
        levels = json_object(place.get("within"))
        return (
            *fixed,
            *(fitted(times.get(name), Kind.NUMBER) for name in CLIENT),
            plain(place.get("case")),
            *(fitted(levels.get(name), kind) for name, kind in self._within.items()),
            *(plain(answers.get(name)) for name in self._answers),
            *(fitted(passed.get(name), Kind.BOOLEAN) for name in self._checks),
            *(cast(Cell, part or None) for part in (answers, passed, times)),
        )


def _trials(experiment: Experiment, options: Options) -> QuerySet[Trial]:
    trials = Trial.objects.filter(session__experiment=experiment)
    return trials if options.with_rehearsal else trials.filter(session__is_rehearsal=False)


def _client_column(name: str) -> Column:
    return Column(f"client_{name}_ms", Kind.NUMBER, CLIENT[name], unit="ms")


def _check_column(name: str) -> Column:
    return Column(f"check.{name}", Kind.BOOLEAN, f"Whether the check “{name}” was passed.")


def _answer_columns(design: Design) -> tuple[Column, ...]:
    """A column for each question of any version; the newest one words it."""
    columns: dict[str, Column] = {}
    for blueprint, _, component in design.components():
        if component.name and (component.measure or component.check or component.kind in _asking()):
            asked = asked_by(component, blueprint.languages[0])
            columns[component.name] = Column(
                f"answer.{component.name}",
                Kind.TEXT,
                f"Answer to “{component.name}”; several values as JSON.",
                question=asked.parts[0].question if len(asked.parts) == 1 else "",
                options=asked.parts[0].options if len(asked.parts) == 1 else (),
                holds_free_text=asked.is_open or any(part.holds_free_text for part in asked.parts),
            )
    return tuple(columns.values())


def _asking() -> frozenset[str]:
    return frozenset(kind for kind, display in DISPLAYS.items() if display.asks)


def _checks(design: Design) -> tuple[str, ...]:
    return tuple(dict.fromkeys(component.name for _, _, component in design.components() if component.check))
