"""The record of measurements as columns: each assigned unit with what was measured of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from analysis.results.attributes import columns_of
from analysis.results.columns import (
    ARM,
    AT,
    LATELY,
    MOST_CELLS,
    OPEN,
    PROPENSITY,
    VERSION,
    Array,
    Columns,
    Keys,
    crowded_of,
    share_of,
    value_of,
)
from analysis.results.models import TallyBlock
from analysis.results.sources import Cursor, Part
from analysis.results.sums import by_unit
from analysis.results.tables import between, of_part, rows
from experiments.definition import canonical_json
from experiments.models import Assignment, Experiment, Measure, Measurement
from experiments.settled import settled_up_to

MOST_OPTIONS: Final = 40
OTHERS: Final = "…"
UNITS: Final = """
    SELECT u.id, a.arm_id, a.propensity, extract(epoch FROM a.at)::float8, a.version_id, u.attributes::text,
        CASE WHEN u.has_part THEN (u.part_end IS NULL OR u.part_end > %(values)s)::int END
    FROM experiments_assignment a JOIN experiments_unit u ON u.id = a.unit_id
    WHERE a.experiment_id = %(experiment)s AND u.is_rehearsal = %(is_rehearsal)s
        AND a.unit_id >= %(first)s AND a.unit_id < %(end)s AND a.id <= %(units)s ORDER BY u.id"""
NUMBERS: Final = """
    SELECT m.measure_id, {cell}, array_agg(m.unit_id ORDER BY m.unit_id, m.id),
        array_agg(m.number ORDER BY m.unit_id, m.id)
    FROM experiments_measurement m
    WHERE m.experiment_id = %(experiment)s AND m.unit_id >= %(first)s AND m.unit_id < %(end)s
        AND m.id <= %(values)s AND m.number IS NOT NULL AND m.measure_id = ANY(%(measures)s) {where}
    GROUP BY 1, 2 ORDER BY 1, 2"""
OVER_ALL: Final = NUMBERS.format(cell="''", where="")
BY_CELL: Final = NUMBERS.format(
    cell="(m.context -> 'within')::text", where="AND jsonb_typeof(m.context -> 'within') = 'object'"
)
CHOICES: Final = """
    SELECT m.measure_id, m.unit_id, m.value #>> '{}', count(*) FROM experiments_measurement m
    WHERE m.experiment_id = %(experiment)s AND m.unit_id >= %(first)s AND m.unit_id < %(end)s AND m.id <= %(values)s
        AND m.measure_id = ANY(%(measures)s) AND jsonb_typeof(m.value) IN ('string', 'number', 'boolean')
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
LATE: Final = """
    SELECT m.measure_id, array_agg(m.unit_id ORDER BY m.unit_id), array_agg(1 ORDER BY m.unit_id)
    FROM experiments_unit u JOIN experiments_measurement m ON m.unit_id = u.id AND m.id > u.part_end
    WHERE u.experiment_id = %(experiment)s AND u.id >= %(first)s AND u.id < %(end)s AND u.part_end <= %(values)s
        AND m.id <= %(values)s GROUP BY 1 ORDER BY 1"""
WAITS: Final = """
    SELECT a.unit_id, min(extract(epoch FROM m.at - a.at))::float8
    FROM experiments_assignment a JOIN experiments_unit u ON u.id = a.unit_id
    JOIN experiments_measurement m ON m.unit_id = a.unit_id AND m.id <= %(values)s
    WHERE a.experiment_id = %(experiment)s AND u.is_rehearsal = %(is_rehearsal)s AND a.id <= %(units)s
    GROUP BY a.unit_id"""
GROWN: Final = """
    SELECT DISTINCT m.experiment_id, u.is_rehearsal FROM experiments_measurement m
    JOIN experiments_unit u ON u.id = m.unit_id WHERE m.id > %(values)s AND m.id <= %(to_values)s
    UNION SELECT DISTINCT a.experiment_id, u.is_rehearsal FROM experiments_assignment a
    JOIN experiments_unit u ON u.id = a.unit_id WHERE a.id > %(units)s AND a.id <= %(to_units)s
    UNION SELECT DISTINCT u.experiment_id, u.is_rehearsal FROM experiments_unit u
    WHERE u.part_end > %(values)s AND u.part_end <= %(to_values)s"""
TOUCHED: Final = """
    SELECT DISTINCT m.unit_id / %(span)s FROM experiments_measurement m JOIN experiments_unit u ON u.id = m.unit_id
    WHERE m.experiment_id = %(experiment)s AND u.is_rehearsal = %(is_rehearsal)s
        AND m.id > %(values)s AND m.id <= %(to_values)s
    UNION SELECT DISTINCT a.unit_id / %(span)s FROM experiments_assignment a JOIN experiments_unit u ON u.id = a.unit_id
    WHERE a.experiment_id = %(experiment)s AND u.is_rehearsal = %(is_rehearsal)s
        AND a.id > %(units)s AND a.id <= %(to_units)s
    UNION SELECT DISTINCT u.id / %(span)s FROM experiments_unit u
    WHERE u.experiment_id = %(experiment)s AND u.is_rehearsal = %(is_rehearsal)s
        AND u.part_end > %(values)s AND u.part_end <= %(to_values)s"""


class Record:
    """Assignments and measurements."""

    name = "measurements"

    def concerns(self, experiment: Experiment) -> bool:
        """Every experiment has a record, if an empty one."""
        return True

    def settled(self) -> Cursor | None:
        """Both tables'."""
        values, units = settled_up_to(Measurement), settled_up_to(Assignment)
        return None if values is None or units is None else Cursor(values, units)

    def grown(self, after: Cursor, up_to: Cursor) -> set[tuple[int, bool]]:
        """One query over new rows only."""
        return {(experiment, rehearsal) for experiment, rehearsal in rows(GROWN, between(after, up_to))}

    def touched(self, part: Part, after: Cursor, up_to: Cursor) -> set[int]:
        """One query over new rows only."""
        asked = {**between(after, up_to), **of_part(part), "span": TallyBlock.SPAN}
        return {number for (number,) in rows(TOUCHED, asked)}

    def columns(self, part: Part, up_to: Cursor) -> Columns:
        """Three queries, one more where something is chosen, and one where parts are over."""
        asked = {**of_part(part), "values": up_to.values, "units": up_to.units}
        found_rows = rows(UNITS, asked)
        if not found_rows:
            return Columns.none()
        keys = np.array([row[0] for row in found_rows], dtype=np.int64)
        known = np.array([row[1:5] for row in found_rows], dtype=float)
        found = dict(zip((ARM, PROPENSITY, AT, VERSION), known.T, strict=True))
        numbers, texts = columns_of([json.loads(row[5]) for row in found_rows])
        found |= numbers | _measured(keys, part.experiment, asked) | _parts(keys, found_rows, asked)
        return Columns(keys, tuple(found), np.column_stack(list(found.values())), texts)

    def waits(self, part: Part, up_to: Cursor) -> dict[int, float]:
        """One query over the experiment's measurements."""
        return dict(rows(WAITS, {**of_part(part), "values": up_to.values, "units": up_to.units}))


def _parts(keys: Keys, found: Sequence[tuple[Any, ...]], asked: Mapping[str, Any]) -> dict[str, Array]:
    """Whose part is not over, and how many values of each measure came after it was; {} where no unit has a part."""
    is_open = np.array([row[6] for row in found], dtype=float)
    if np.isnan(is_open).all():
        return {}
    late = rows(LATE, asked) if (is_open == 0).any() else []
    names = dict(Measure.objects.filter(pk__in=[pk for pk, *_ in late]).values_list("pk", "name")) if late else {}
    return {OPEN: is_open} | {value_of(names[pk], LATELY): by_unit(keys, units, n)["count"] for pk, units, n in late}


def _measured(keys: Keys, experiment: Experiment, asked: Mapping[str, Any]) -> dict[str, Array]:
    kinds = list(Measure.objects.filter(experiment=experiment).values_list("pk", "name", "kind"))
    names = {pk: name for pk, name, kind in kinds if kind in (Measure.Kind.NUMBER, Measure.Kind.BOOLEAN)}
    chosen = {pk: name for pk, name, kind in kinds if kind == Measure.Kind.CHOICE}
    found: dict[str, Array] = {}
    for pk, _, units, values in rows(OVER_ALL, {**asked, "measures": list(names)}):
        found |= _kept(names[pk], by_unit(keys, units, values))
    found |= _by_cell(keys, names, rows(BY_CELL, {**asked, "measures": list(names)}))
    if chosen:
        found |= _shares(keys, chosen, rows(CHOICES, {**asked, "measures": list(chosen)}))
    return found


def _by_cell(keys: Keys, names: Mapping[int, str], found: Sequence[tuple[Any, ...]]) -> dict[str, Array]:
    """Each cell's means; of a measure with more cells than MOST_CELLS only how many there are."""
    counts = Counter(row[0] for row in found)
    columns: dict[str, Array] = {
        crowded_of(names[pk]): np.full(len(keys), float(n)) for pk, n in counts.items() if n > MOST_CELLS
    }
    for pk, cell, units, values in found:
        if counts[pk] <= MOST_CELLS:
            label = canonical_json(json.loads(cell))
            columns[value_of(names[pk], cell=label)] = by_unit(keys, units, values)["mean"]
    return columns


def _kept(name: str, reduced: Mapping[str, Array]) -> dict[str, Array]:
    """Where every unit has one value at most, its mean and count say it all."""
    is_single = bool((reduced["count"] <= 1).all())
    return {value_of(name, kept): reduced[kept] for kept in (("mean", "count") if is_single else reduced)}


def _shares(keys: Keys, names: Mapping[int, str], chosen: Sequence[tuple[Any, ...]]) -> dict[str, Array]:
    """How often each unit chose each option, of all it chose; options beyond MOST_OPTIONS are counted as others."""
    place_of = {unit: place for place, unit in enumerate(keys.tolist())}
    found: dict[str, Array] = {}
    for pk, name in names.items():
        own = [(place_of[unit], option, n) for of, unit, option, n in chosen if of == pk and unit in place_of]
        counts, totals = _counted(own, len(keys))
        shared = np.where(totals > 0, totals, np.nan)
        found |= {share_of(name, option): counts[option] / shared for option in sorted(counts)}
        if counts:
            found[value_of(name, "count")] = totals
    return found


def _counted(own: Sequence[tuple[int, str, int]], n_units: int) -> tuple[dict[str, Array], Array]:
    counts: dict[str, Array] = {}
    totals = np.zeros(n_units)
    for place, option, n in own:
        known = option if option in counts or len(counts) < MOST_OPTIONS else OTHERS
        counts.setdefault(known, np.zeros(n_units))[place] += n
        totals[place] += n
    return counts, totals
