"""Table `decisions`: one row per arm that a learning policy chose, with its chance and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from django.db.models import QuerySet

from analysis.exports.columns import Cell, Column, Kind, Row, fitted
from analysis.exports.designs import Design, design_of, factor_columns
from analysis.exports.options import Options
from analysis.exports.snapshot import CHUNK
from analysis.exports.units import arm_labels
from bandits.goal import NUMBERS
from bandits.models import Decision
from experiments.models import Experiment
from experiments.types import Json

FIELDS = (
    "uuid", "unit__uuid", "is_rehearsal", "arm_id", "propensity", "policy_version", "among", "decided_at", "due",
    "excluded", "context", "reward__value", "reward__is_default", "reward__at", "reward__folded_in", "reward__measures",
)  # fmt: skip


class Decisions:
    """Each decision of an experiment that learns: off-policy analyses need no more than this."""

    name = "decisions"
    title = "Decisions: one row per arm a policy chose"
    description = "Arms that a learning policy chose, with what chance, on what, from which state, and the reward."
    position = 60

    def columns(self, experiment: Experiment) -> tuple[Column, ...]:
        """The decision, its arm, its chance, its reward."""
        design = design_of(experiment)
        return (
            Column("decision", Kind.TEXT, "The decision's id."),
            Column("unit", Kind.TEXT, "Who takes part, joins the tables; empty for visitors."),
            Column("is_rehearsal", Kind.BOOLEAN, "Decided while rehearsing: not data."),
            Column("arm", Kind.TEXT, "Name of the arm that was chosen."),
            *factor_columns(design, "between"),
            Column("propensity", Kind.NUMBER, "The chance that it was chosen with.", low=0, high=1),
            Column("state", Kind.INTEGER, "Number of the policy's state that it was drawn from.", low=1),
            Column("among", Kind.INTEGER, "How many were drawn from it before any of their rewards.", low=1),
            Column("decided_at", Kind.TIME, "When it was decided."),
            Column("due", Kind.TIME, "Until when its reward counted."),
            Column("excluded", Kind.TEXT, "Why nothing is learnt from it; empty if it counts."),
            Column("context", Kind.JSON, "What the policy was told.", holds_free_text=True),
            Column("reward", Kind.NUMBER, "What the policy learnt, in the units of the declared reward."),
            Column("reward_is_default", Kind.BOOLEAN, "Nobody sent it; the declared default was taken when due."),
            Column("rewarded_at", Kind.TIME, "When the reward came."),
            Column("learnt_in", Kind.INTEGER, "Number of the state that learnt it; 0: none could.", low=0),
            *(_measure(name) for name in _measures(design)),
        )

    def count(self, experiment: Experiment, options: Options) -> int:
        """One query."""
        return _decisions(experiment, options).count()

    def rows(self, experiment: Experiment, options: Options) -> Iterator[Row]:
        """In the order in which they were decided."""
        design = design_of(experiment)
        labels, measures = arm_labels(experiment, design), _measures(design)
        for row in _decisions(experiment, options).order_by("pk").values_list(*FIELDS).iterator(chunk_size=CHUNK):
            identity, unit, is_rehearsal, arm, propensity, *rest = row
            *fixed, excluded, context, value, is_default, at, learnt_in, found = rest
            name, _, _, *levels = labels.cells(design, arm, propensity, None)
            yield (
                *(str(identity), None if unit is None else str(unit), is_rehearsal),
                *(name, *levels, propensity),
                *cast("list[Cell]", fixed),
                *(excluded or None, cast(Cell, context or None), value, is_default, at, learnt_in),
                *_found(found, measures),
            )


def _decisions(experiment: Experiment, options: Options) -> QuerySet[Decision]:
    decisions = Decision.objects.filter(experiment=experiment)
    return decisions if options.with_rehearsal else decisions.filter(is_rehearsal=False)


def _measures(design: Design) -> tuple[str, ...]:
    return tuple(name for name, measure in design.measures().items() if measure.kind in NUMBERS)


def _measure(name: str) -> Column:
    return Column(f"measure.{name}", Kind.NUMBER, f"“{name}” as it came with the reward.")


def _found(measures: Json, names: tuple[str, ...]) -> list[Cell]:
    known = measures if isinstance(measures, Mapping) else {}
    return [fitted(known.get(name), Kind.NUMBER) for name in names]
