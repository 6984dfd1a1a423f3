"""Table `wide`: one row per unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import tee
from typing import cast

from analysis.exports.columns import Cell, Column, Kind, Row
from analysis.exports.designs import design_of, factor_columns
from analysis.exports.long import added_cells, stored_measurements
from analysis.exports.options import Options
from analysis.exports.unit_columns import added_columns
from analysis.exports.units import ARM_COLUMNS, UNIT_COLUMNS, arm_labels, beside, first, unit_rows, units_of
from analysis.exports.wide_columns import plan_of
from experiments.models import Experiment, Measure

ASSIGNMENT = (
    Column("policy", Kind.TEXT, "Policy that chose the arm."),
    Column("stratum", Kind.TEXT, "Stratum of the randomisation list."),
    Column("row", Kind.INTEGER, "Row of the Latin squares.", low=0),
    Column("assigned_at", Kind.TIME, "When the arm was given."),
    Column("created_at", Kind.TIME, "When the unit was first seen."),
    Column("attributes", Kind.JSON, "What strata and conditions could use of it.", holds_free_text=True),
    Column("measurements", Kind.INTEGER, "How many measurements it has.", low=0),
    Column(
        "measurements_elsewhere",
        Kind.INTEGER,
        "How many of them are not in a column here: replaced by a later one of the same place, or without a place of "
        "their own. They are in `long`.",
        low=0,
    ),
)


class Wide:
    """One row per unit, one column per place in the timeline that can yield a value."""

    name = "wide"
    title = "Wide: one row per unit"
    description = "For t-tests and spreadsheets: each participant (or other unit) once, with every measure beside it."
    position = 20

    def columns(self, experiment: Experiment) -> tuple[Column, ...]:
        """Fixed by the versions, whatever was collected so far."""
        design = design_of(experiment)
        between = factor_columns(design, "between")
        fixed = (*UNIT_COLUMNS, *added_columns("wide"), *ARM_COLUMNS, *between, *ASSIGNMENT)
        return (*fixed, *plan_of(design).columns)

    def count(self, experiment: Experiment, options: Options) -> int:
        """One query."""
        return units_of(experiment, options).count()

    def rows(self, experiment: Experiment, options: Options) -> Iterator[Row]:
        """As the units came."""
        design = design_of(experiment)
        labels, plan = arm_labels(experiment, design), plan_of(design)
        names = dict(Measure.objects.filter(experiment=experiment).values_list("pk", "name"))
        units, again, keys = tee(unit_rows(experiment, options), 3)
        added = added_cells("wide", experiment, options, (cast(int, unit[0]) for unit in keys))
        stored = beside((cast(int, unit[0]) for unit in again), stored_measurements(experiment, options), first)
        for unit, cells, (_, found) in zip(units, added, stored, strict=True):
            _, uuid, is_rehearsal, created, arm, propensity, version, policy, stratum, *assigned, attributes = unit
            values: list[Cell] = [None] * len(plan.columns)
            placed = sum(
                plan.place(values, names[measure], value, context if isinstance(context, Mapping) else {})
                for _, measure, value, _, context, _ in found
            )
            arm_cells = labels.cells(
                design, cast("int | None", arm), cast("float | None", propensity), cast("int | None", version)
            )
            tail = (policy, stratum or None, *assigned, created, attributes or None, len(found), len(found) - placed)
            yield (str(uuid), cast(bool, is_rehearsal), *cells, *arm_cells, *cast("Row", tail), *values)
