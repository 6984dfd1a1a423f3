"""Table `long`: one row per measurement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import tee
from typing import cast

from django.db.models import QuerySet

from analysis.exports.columns import Cell, Column, Kind, Row, fitted, plain, type_name
from analysis.exports.csv_format import json_places, row_text
from analysis.exports.designs import Design, design_of, factor_columns
from analysis.exports.options import Options
from analysis.exports.snapshot import CHUNK
from analysis.exports.straight import Head, Straight
from analysis.exports.unit_columns import ADDED, UnitColumns, added_columns
from analysis.exports.units import ARM_COLUMNS, UNIT_COLUMNS, arm_labels, beside, first, unit_rows
from experiments.models import Experiment, Measure, Measurement
from experiments.types import Json

KNOWN = frozenset({"step", "component", "part", "case", "index", "round", "within"})
Stored = tuple[int, int, Json, float | None, Json, object]
FIELDS = ("unit_id", "measure_id", "value", "number", "context", "at")
PLACE = (
    Column("step", Kind.TEXT, "Step of the timeline; empty for measurements sent over the API."),
    Column("component", Kind.TEXT, "Question on that step."),
    Column("part", Kind.TEXT, "Row of a grid, field of a form, number of a trial: where an answer has several values."),
    Column("case", Kind.TEXT, "Id of the stimulus the step was repeated for."),
    Column("index", Kind.INTEGER, "Place of the page in this session's timeline, from 0.", low=0),
    Column("round", Kind.INTEGER, "How often the stage had been started again, from 0.", low=0),
)


def measurements_of(experiment: Experiment, options: Options) -> QuerySet[Measurement]:
    """The measurements of a download."""
    found = Measurement.objects.filter(experiment=experiment)
    return found if options.with_rehearsal else found.filter(unit__is_rehearsal=False)


def stored_measurements(experiment: Experiment, options: Options) -> Iterator[Stored]:
    """FIELDS of each measurement from a server-side cursor, by unit and then as they came."""
    rows = measurements_of(experiment, options).order_by("unit_id", "pk").values_list(*FIELDS)
    return cast("Iterator[Stored]", rows.iterator(chunk_size=CHUNK))


def added_cells(
    table: str, experiment: Experiment, options: Options, keys: Iterator[int]
) -> Iterator[tuple[Cell, ...]]:
    """For each unit's key the cells of every added column, empty where nothing was added for it."""
    sources = ADDED[table]
    copies = tee(keys, len(sources)) if sources else ()
    streams = [_cells_of(added, experiment, options, own) for added, own in zip(sources, copies, strict=True)]
    if not streams:
        return (() for _ in keys)
    return (tuple(cell for cells in together for cell in cells) for together in zip(*streams, strict=True))


def _cells_of(added: UnitColumns, experiment: Experiment, options: Options, keys: Iterator[int]) -> Iterator[Row]:
    empty: Row = (None,) * len(added.columns())
    for _, found in beside(keys, added.rows(experiment, options), first):
        yield found[0][1] if found else empty


class Long:
    """Tidy data: one value a row, with everything needed to model it beside it."""

    name = "long"
    title = "Long: one row per measurement"
    description = "Tidy data for mixed models: each measured value with its arm, step, case and levels."
    position = 10

    def columns(self, experiment: Experiment) -> tuple[Column, ...]:
        """Unit, arm, factors, place, value."""
        design = design_of(experiment)
        measures = design.measures()
        return (
            *UNIT_COLUMNS,
            *added_columns("long"),
            *ARM_COLUMNS,
            *factor_columns(design, "between"),
            Column("measure", Kind.TEXT, "What was measured.", options=tuple(measures)),
            *PLACE,
            *factor_columns(design, "within"),
            Column(
                "value",
                Kind.TEXT,
                "The value as text; lists and objects as JSON.",
                holds_free_text=any(spec.kind in ("text", "json") for spec in measures.values()),
            ),
            Column(
                "value_type",
                Kind.TEXT,
                "What the value is in the record.",
                options=("text", "number", "boolean", "json", "none"),
            ),
            Column("number", Kind.NUMBER, "The value again where it is a number; yes is 1, no is 0."),
            Column("at", Kind.TIME, "When the server recorded it."),
            Column("context", Kind.JSON, "What else was sent with it over the API.", holds_free_text=True),
        )

    def count(self, experiment: Experiment, options: Options) -> int:
        """One query."""
        return measurements_of(experiment, options).count()

    def rows(self, experiment: Experiment, options: Options) -> Iterator[Row]:
        """By unit, then as they came."""
        design = design_of(experiment)
        rest = _rest_of(design, _names(experiment))
        heads, again = tee(_heads(experiment, options, design))
        stored = beside((key for key, _ in again), stored_measurements(experiment, options), first)
        for (_, head), (_, found) in zip(heads, stored, strict=True):
            for measurement in found:
                yield (*head, *rest(measurement))

    def csv(self, experiment: Experiment, options: Options) -> Iterator[tuple[int, bytes]]:
        """The same rows as `Csv` writes them, most of them spelt by the database: (how many, bytes) by and by."""
        design, names = design_of(experiment), _names(experiment)
        rest, kinds = _rest_of(design, names), _kinds(design)
        json_columns = json_places(self.columns(experiment))

        def slowly(heads: Sequence[Head]) -> list[str]:
            cells = dict(heads)
            stored = Measurement.objects.filter(experiment=experiment, unit__in=cells).order_by("unit_id", "pk")
            found = cast("Iterator[Stored]", stored.values_list(*FIELDS).iterator(chunk_size=CHUNK))
            return [row_text((*cells[each[0]], *rest(each)), json_columns) for each in found]

        return Straight(experiment, names, kinds, slowly).pieces(_heads(experiment, options, design))


def _names(experiment: Experiment) -> dict[int, str]:
    return dict(Measure.objects.filter(experiment=experiment).values_list("pk", "name"))


def _heads(experiment: Experiment, options: Options, design: Design) -> Iterator[Head]:
    """Of each unit, ascending, the cells that its rows begin with."""
    labels = arm_labels(experiment, design)
    units, keys = tee(unit_rows(experiment, options))
    added = added_cells("long", experiment, options, (cast(int, unit[0]) for unit in keys))
    for unit, cells in zip(units, added, strict=True):
        key, uuid, is_rehearsal, _, arm, propensity, version, *_ = unit
        arm_cells = labels.cells(
            design, cast("int | None", arm), cast("float | None", propensity), cast("int | None", version)
        )
        yield cast(int, key), (str(uuid), cast(bool, is_rehearsal), *cells, *arm_cells)


def _kinds(design: Design) -> dict[str, Kind]:
    """Of the factors within units."""
    return {column.name.removeprefix("factor."): column.kind for column in factor_columns(design, "within")}


def _rest_of(design: Design, names: Mapping[int, str]) -> Callable[[Stored], list[Cell]]:
    """What turns a stored measurement into its cells after the arm's."""
    kinds = _kinds(design)

    def rest(stored: Stored) -> list[Cell]:
        _, measure, value, number, context, at = stored
        place = context if isinstance(context, Mapping) else {}
        within = place.get("within")
        levels = within if isinstance(within, Mapping) else {}
        return [
            names[measure],
            plain(place.get("step")),
            plain(place.get("component")),
            plain(place.get("part")),
            plain(place.get("case")),
            _whole(place.get("index")),
            _whole(place.get("round", 0)),
            *(fitted(levels.get(factor), kind) for factor, kind in kinds.items()),
            plain(value),
            type_name(value),
            number,
            cast(Cell, at),
            {name: value for name, value in place.items() if name not in KNOWN} or None,
        ]

    return rest


def _whole(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
