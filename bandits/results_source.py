"""Decisions and their rewards as columns of results: of visitors whose arms a policy chose that learns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from analysis.results.attributes import columns_of
from analysis.results.columns import ARM, AT, PROPENSITY, VERSION, Array, Columns, value_of
from analysis.results.models import TallyBlock
from analysis.results.sources import Cursor, Part
from analysis.results.tables import between, of_part, rows
from bandits.goal import Goal
from bandits.learning import learns
from bandits.models import Decision, Reward
from bandits.policies import PolicyError
from experiments.models import Experiment, UnitKind
from experiments.published import blueprint_of
from experiments.settled import settled_up_to

DECISIONS: Final = """
    SELECT d.id, d.arm_id, d.propensity, extract(epoch FROM d.decided_at)::float8, s.version_id, d.context::text,
        r.value, r.measures::text
    FROM bandits_decision d
    LEFT JOIN bandits_policystate s ON s.experiment_id = d.experiment_id AND s.is_rehearsal = d.is_rehearsal
        AND s.number = d.policy_version
    LEFT JOIN LATERAL (
        SELECT * FROM bandits_reward WHERE decision_id = d.id AND id <= %(values)s LIMIT 1) r ON true
    WHERE d.experiment_id = %(experiment)s AND d.is_rehearsal = %(is_rehearsal)s AND d.excluded = ''
        AND d.id >= %(first)s AND d.id < %(end)s AND d.id <= %(units)s ORDER BY d.id"""
WAITS: Final = """
    SELECT d.id, extract(epoch FROM r.at - d.decided_at)::float8
    FROM bandits_decision d JOIN bandits_reward r ON r.decision_id = d.id AND r.id <= %(values)s
    WHERE d.experiment_id = %(experiment)s AND d.is_rehearsal = %(is_rehearsal)s AND d.excluded = ''
        AND d.id <= %(units)s AND NOT r.is_default"""
GROWN: Final = """
    SELECT DISTINCT experiment_id, is_rehearsal FROM bandits_reward WHERE id > %(values)s AND id <= %(to_values)s
    UNION SELECT DISTINCT experiment_id, is_rehearsal FROM bandits_decision
    WHERE id > %(units)s AND id <= %(to_units)s"""
TOUCHED: Final = """
    SELECT DISTINCT decision_id / %(span)s FROM bandits_reward WHERE experiment_id = %(experiment)s
        AND is_rehearsal = %(is_rehearsal)s AND id > %(values)s AND id <= %(to_values)s
    UNION SELECT DISTINCT id / %(span)s FROM bandits_decision WHERE experiment_id = %(experiment)s
        AND is_rehearsal = %(is_rehearsal)s AND id > %(units)s AND id <= %(to_units)s"""


class Decisions:
    """Each decision is a unit: what it was decided on are its attributes, what came of it its values."""

    name = "decisions"

    def concerns(self, experiment: Experiment) -> bool:
        """Those of visitors under a policy that learns; people have assignments and measurements."""
        if experiment.unit_kind != UnitKind.VISITOR or experiment.version_id is None:
            return False
        return learns(blueprint_of(experiment.version_id).allocation)

    def settled(self) -> Cursor | None:
        """Both tables'."""
        values, units = settled_up_to(Reward), settled_up_to(Decision)
        return None if values is None or units is None else Cursor(values, units)

    def grown(self, after: Cursor, up_to: Cursor) -> set[tuple[int, bool]]:
        """One query over new rows only."""
        return {(experiment, rehearsal) for experiment, rehearsal in rows(GROWN, between(after, up_to))}

    def touched(self, part: Part, after: Cursor, up_to: Cursor) -> set[int]:
        """One query over new rows only."""
        asked = {**between(after, up_to), **of_part(part), "span": TallyBlock.SPAN}
        return {number for (number,) in rows(TOUCHED, asked)}

    def columns(self, part: Part, up_to: Cursor) -> Columns:
        """One query. Excluded decisions are left out."""
        found = rows(DECISIONS, {**of_part(part), "values": up_to.values, "units": up_to.units})
        if not found:
            return Columns.none()
        keys = np.array([row[0] for row in found], dtype=np.int64)
        told = np.array([row[1:5] for row in found], dtype=float)
        known = dict(zip((ARM, PROPENSITY, AT, VERSION), told.T, strict=True))
        numbers, texts = columns_of([json.loads(row[5]) for row in found])
        known |= numbers | _rewarded(part.experiment, found)
        return Columns(keys, tuple(known), np.column_stack(list(known.values())), texts)

    def waits(self, part: Part, up_to: Cursor) -> dict[int, float]:
        """One query. A reward that was taken because nobody sent one is none."""
        return dict(rows(WAITS, {**of_part(part), "values": up_to.values, "units": up_to.units}))


def _rewarded(experiment: Experiment, found: Sequence[tuple[Any, ...]]) -> dict[str, Array]:
    """By measure: the value that came, and whether one did. A plain reward is of the primary measure."""
    plain = _plain(experiment)
    told = [_values(row[6], row[7], plain) for row in found]
    columns: dict[str, Array] = {}
    for name in sorted({name for values in told for name in values}):
        own = np.array([values.get(name, np.nan) for values in told], dtype=float)
        columns[value_of(name)], columns[value_of(name, "count")] = own, (~np.isnan(own)).astype(float)
    return columns


def _values(value: float | None, measures: str | None, plain: str | None) -> dict[str, float]:
    if value is None:
        return {}
    told = json.loads(measures or "{}")
    return {name: float(each) for name, each in told.items()} if told else {plain: value} if plain else {}


def _plain(experiment: Experiment) -> str | None:
    """The measure that a reward without names is of."""
    try:
        primary = Goal.of(blueprint_of(experiment.version_id or 0)).primary
    except PolicyError:
        return None
    return primary.name if primary else None
