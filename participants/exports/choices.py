"""Table `choices`: one row per trial of a block that chooses its stimuli."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import tee
from typing import cast

from django.db.models import QuerySet

from analysis.exports.columns import Cell, Column, Kind, Row
from analysis.exports.designs import Design, design_of
from analysis.exports.options import Options
from analysis.exports.snapshot import CHUNK
from analysis.exports.units import beside, first
from experiments.models import Experiment
from experiments.types import Json
from participants.exports.sessions import head_columns
from participants.exports.trials import head_of
from participants.models import Choice

FIELDS = (
    "session_id", "block", "round", "number", "case", "rule", "chance", "information", "outcome", "entropy",
    "chosen_at", "answered_at", "estimates",
)  # fmt: skip


class Choices:
    """What was chosen, with which chance, and what was believed after its answer."""

    name = "choices"
    title = "Choices: one row per chosen stimulus"
    description = "Each stimulus that a block chose: its chance, what it taught, and the estimates after its answer."
    position = 35

    def columns(self, experiment: Experiment) -> tuple[Column, ...]:
        """Session, arm, the trial, its chance, its outcome, and mean and sd of each estimate after it."""
        design = design_of(experiment)
        return (
            *head_columns(design),
            Column("block", Kind.TEXT, "First step of the block."),
            Column("round", Kind.INTEGER, "How often the stage had been started again.", low=0),
            Column("number", Kind.INTEGER, "Trial of the block, from 0.", low=0),
            Column("case", Kind.TEXT, "Id of the stimulus that was chosen."),
            Column("rule", Kind.TEXT, "How it was chosen."),
            Column("chance", Kind.NUMBER, "The exact chance that it was this one, given all before.", low=0, high=1),
            Column("information", Kind.NUMBER, "What a look at it was expected to teach.", unit="nats"),
            Column("outcome", Kind.NUMBER, "1 right or a yes, 0 not, or the number answered; empty: no answer."),
            Column("entropy", Kind.NUMBER, "Of what was believed after the answer.", unit="nats"),
            Column("chosen_at", Kind.TIME, "When it was chosen."),
            Column("answered_at", Kind.TIME, "When the answer had arrived."),
            *(column for name in _estimated(design) for column in _pair(name)),
        )

    def count(self, experiment: Experiment, options: Options) -> int:
        """One query."""
        return _choices(experiment, options).count()

    def rows(self, experiment: Experiment, options: Options) -> Iterator[Row]:
        """By session, then as they came."""
        head = head_of(experiment)
        names = _estimated(head.design)
        rows = _choices(experiment, options).order_by("session_id", "pk").values_list(*FIELDS)
        sessions, again = tee(head.rows(experiment, options))
        stored = beside((pk for pk, _ in again), rows.iterator(chunk_size=CHUNK), first)
        for (_, cells), (_, found) in zip(sessions, stored, strict=True):
            for choice in found:
                *fixed, estimates = choice[1:]
                yield (*cells, *cast(Row, tuple(fixed)), *_cells(estimates, names))


def _cells(estimates: Json, names: tuple[str, ...]) -> Iterator[Cell]:
    found = estimates if isinstance(estimates, Mapping) else {}
    for name in names:
        value = found.get(name)
        yield from (float(cast(float, part)) for part in value) if isinstance(value, list) else (None, None)


def _pair(name: str) -> tuple[Column, Column]:
    return (
        Column(f"{name}.mean", Kind.NUMBER, f"What was believed of “{name}” after the answer: posterior mean."),
        Column(f"{name}.sd", Kind.NUMBER, f"How unsure “{name}” was after the answer: posterior sd.", low=0),
    )


def _estimated(design: Design) -> tuple[str, ...]:
    """What any block of any version estimates, each once."""
    from participants.flow.choosers import chooser_of  # NumPy: only when somebody downloads

    found: list[str] = []
    for blueprint in design.blueprints:
        before = None
        for step in blueprint.steps:
            if step.repeat is not None and step.repeat.choose and step.repeat != before:
                found += chooser_of(blueprint, step.name).block.estimates(())
            before = step.repeat
    return tuple(dict.fromkeys(found))


def _choices(experiment: Experiment, options: Options) -> QuerySet[Choice]:
    found = Choice.objects.filter(session__experiment=experiment)
    return found if options.with_rehearsal else found.filter(session__is_rehearsal=False)
