"""Settle: decisions of which nothing more can come add to what is known of the arms, in the order they were made.

In that order, and only up to the first one that still waits: rewards that come quickly are not the average ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf
from typing import TYPE_CHECKING, NamedTuple, cast

from django.db import connection

from bandits.learning import Learning, learning_of
from bandits.models import PolicyState
from bandits.policies.adaptive import State
from bandits.policies.adaptive.propensities import NO_CHANCE
from bandits.services.states import Held, held_of
from bandits.summary import Segment, Settled, Summary, with_segments
from experiments.models import Experiment
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.statistics.adaptive_allocation import ArmEvidence

LEVEL = 0.05
FIRST_ARMS = 0.9  # of the level; the rest is for arms that are added while it runs
BATCH = 10_000
SLOW = timedelta(minutes=1)  # a reward that was taken in time may still be on its way into the database
SLOW_DEFAULT = timedelta(minutes=15)  # the folder looks for missing rewards again for ten minutes
GIVES_ALL_A_CHANCE = (
    "annealing_softmax",
    "exp3",
    "exp3_s",
    "linear_thompson",
    "logistic_thompson",
    "softmax",
    "square_cb",
    "thompson_bernoulli",
    "top_two_thompson",
    "uniform",
)
# LATERAL: a batch looks its rewards up one by one, and never reads all of them
ROWS = """
    SELECT d.id, d.arm_id, d.propensity, d.policy_version, d.among, d.excluded <> '', r.value,
        r.folded_in IS NOT NULL OR d.excluded <> '' OR (r.id IS NULL AND d.due < %(given_up)s)
    FROM (SELECT * FROM bandits_decision WHERE experiment_id = %(experiment)s AND id > %(after)s AND id <= %(through)s
            AND is_rehearsal = %(is_rehearsal)s ORDER BY id LIMIT %(most)s) d
        LEFT JOIN LATERAL (SELECT * FROM bandits_reward WHERE decision_id = d.id LIMIT 1) r ON true
    ORDER BY d.id"""
SEGMENTS = """
    SELECT part.key, left(part.value #>> '{}', 60), d.arm_id, count(*), sum(r.value), sum(r.value * r.value)
    FROM (SELECT * FROM bandits_decision WHERE experiment_id = %(experiment)s AND id > %(after)s AND id <= %(through)s
            AND is_rehearsal = %(is_rehearsal)s AND excluded = '' ORDER BY id LIMIT %(most)s) d
        CROSS JOIN LATERAL (SELECT value FROM bandits_reward WHERE decision_id = d.id LIMIT 1) r
        CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(d.context) WHEN 'object' THEN d.context ELSE '{}' END) part
    WHERE (%(low)s::float IS NULL OR r.value BETWEEN %(low)s AND %(high)s)
        AND jsonb_typeof(part.value) IN ('string', 'number', 'boolean')
    GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3"""


class Row(NamedTuple):
    """A decision with what came of it."""

    pk: int
    arm: int
    chance: float
    state: int
    among: int
    is_excluded: bool
    value: float | None
    is_settled: bool

    @property
    def drawn(self) -> tuple[int, int]:
        """What it was drawn from: the state, and among how many."""
        return self.state, self.among


class Table(NamedTuple):
    """What arms are drawn from: the least chance of each, whoever comes; is_blind: without a look at the unit."""

    least: Mapping[int, float]
    is_blind: bool


def settle(
    summary: Summary, experiment: Experiment, newest: PolicyState, *, is_rehearsal: bool, now: datetime
) -> Summary:
    """With the next decisions that are settled, at most 10,000."""
    learning = learning_of(newest.version_id)
    settled = _fitting(summary.settled, newest, learning)
    given_up = now - (SLOW if learning.default is None else SLOW_DEFAULT)
    rows = _next(settled, experiment, given_up, is_rehearsal=is_rehearsal, through=summary.through_decision)
    if rows is None:
        return replace(summary, settled=replace(settled, through=summary.through_decision))
    if not rows:
        return replace(summary, settled=settled)
    usable = [row for row in rows if not row.is_excluded and row.value is not None and _inside(settled, row.value)]
    tables = _tables(usable, experiment, is_rehearsal=is_rehearsal)
    grown = replace(
        settled,
        through=rows[-1].pk,
        n=settled.n + len(rows),
        excluded=settled.excluded + sum(row.is_excluded for row in rows),
        missing=settled.missing + sum(row.value is None and not row.is_excluded for row in rows),
        skipped=settled.skipped
        + sum(row.value is not None and not row.is_excluded and not _inside(settled, row.value) for row in rows),
        own={} if learning.policy.contextual else _own(settled, _blind(usable, tables)),
        weighted=_weighted(settled, learning, usable, tables),
    )
    more = _segments(settled, experiment, through=grown.through, is_rehearsal=is_rehearsal)
    return replace(summary, settled=grown, segments=with_segments(summary.segments, more))


def _fitting(settled: Settled, newest: PolicyState, learning: Learning) -> Settled:
    """From here on anew if the reward has another range, or is another one, than what was added up."""
    low, high = (None if abs(end) == inf else end for end in learning.bounds)
    if (low is None) != (high is None):
        low = high = None
    same = settled.version and (settled.low, settled.high) == (low, high)
    if same and (
        settled.version == newest.version_id or learning.goal.title == learning_of(settled.version).goal.title
    ):
        return replace(settled, version=newest.version_id)
    first = tuple(sorted(held_of(newest, now=newest.created_at).arms.values()))
    return replace(settled, version=newest.version_id, low=low, high=high, first=first, own={}, weighted={})


def _next(
    settled: Settled, experiment: Experiment, given_up: datetime, *, is_rehearsal: bool, through: int
) -> list[Row] | None:
    """In their order, up to the first that still waits; None if there are no more."""
    asked: dict[str, int | bool | datetime] = {
        "experiment": experiment.pk,
        "is_rehearsal": is_rehearsal,
        "after": settled.through,
        "through": through,
        "given_up": given_up,
    }
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {**asked, "most": 1})
        first = [Row(*row) for row in cursor.fetchall()]
        if not first:
            return None
        if not first[0].is_settled:
            return []
        cursor.execute(ROWS, {**asked, "most": BATCH})
        rows = [Row(*row) for row in cursor.fetchall()]
    return rows[: next((place for place, row in enumerate(rows) if not row.is_settled), len(rows))]


def _inside(settled: Settled, value: float) -> bool:
    return settled.low is None or settled.high is None or settled.low <= value <= settled.high


def _own(settled: Settled, rows: Sequence[Row]) -> dict[str, JsonObject]:
    """What each arm's own rewards say: the arm was drawn without a look at the unit, so they are a fair sample."""
    grown = dict(settled.own)
    for arm in sorted({row.arm for row in rows}):
        values = [row.value for row in rows if row.arm == arm]
        ones = [1.0] * len(values)
        grown[str(arm)] = _plus(_evidence(grown, arm, settled, floor=1.0), ones, values, ones)
    return grown


def _weighted(
    settled: Settled, learning: Learning, rows: Sequence[Row], tables: Mapping[tuple[int, int], Table]
) -> dict[str, JsonObject]:
    """What all decisions say of each arm that had a chance in them, of the promised floor at least.

    Which decisions these are was known before each was made, so leaving out the others bends nothing.
    """
    grown = dict(settled.weighted)
    floor = min(learning.policy.floor, 1 / max(len(learning.arms), 1))
    for arm in sorted({arm for table in tables.values() for arm in table.least}):
        evidence = _evidence(grown, arm, settled, floor=floor)
        enough = max(evidence.floor, NO_CHANCE) * (1 - 1e-9)
        fit = {drawn for drawn, table in tables.items() if table.least.get(arm, 0) >= enough}
        counted = [row for row in rows if row.drawn in fit]
        was = [row.arm == arm for row in counted]
        grown[str(arm)] = _plus(evidence, was, [row.value for row in counted], [row.chance for row in counted])
    return grown


def _evidence(known: Mapping[str, JsonObject], arm: int, settled: Settled, *, floor: float) -> ArmEvidence:
    """As it stands. All arms' intervals are to hold together, so each has its share of the level."""
    from analysis.statistics.adaptive_allocation import ArmEvidence

    kept = known.get(str(arm))
    if kept is not None:
        return ArmEvidence.parse(dict(kept))
    low, high = (-inf if settled.low is None else settled.low), (inf if settled.high is None else settled.high)
    return ArmEvidence.start(level=level_of(arm, known, settled.first), low=low, high=high, floor=floor)


def level_of(arm: int, known: Iterable[str], first: Sequence[int]) -> float:
    """An arm's share of the level: all shares, of arms yet to come too, together are no more than the whole.

    >>> round(level_of(2, [], [1, 2, 3]), 12), level_of(9, ["1", "2", "3"], [1, 2, 3])
    (0.015, 0.0025)
    """
    if arm in first:
        return FIRST_ARMS * LEVEL / len(first)
    later = 1 + sum(int(name) not in first for name in known)
    return round((1 - FIRST_ARMS) * LEVEL / (later * (later + 1)), 12)


def _plus(
    evidence: ArmEvidence, was: Sequence[float], values: Sequence[object], chances: Sequence[float]
) -> JsonObject:
    return cast(JsonObject, evidence.plus(was, cast("Sequence[float]", values), chances).to_json())


def _tables(rows: Sequence[Row], experiment: Experiment, *, is_rehearsal: bool) -> dict[tuple[int, int], Table]:
    """What each row was drawn from."""
    states = PolicyState.objects.of(experiment, is_rehearsal=is_rehearsal)
    drawn = states.filter(number__in={row.state for row in rows}).order_by()
    held = {row.number: (_without_statistics(row), row.is_thinned) for row in drawn}
    return {one: _table(*held[one[0]], one[1]) for one in sorted({row.drawn for row in rows}) if one[0] in held}


def _without_statistics(row: PolicyState) -> Held:
    """As it was; of a thinned state, which would have to be learnt again, all but what it knew."""
    whole = copy(row)
    if row.is_thinned:
        whole.statistics, whole.is_thinned = cast(JsonObject, State().to_json()), False
    return held_of(whole, now=row.created_at)


def _table(held: Held, is_thinned: bool, among: int) -> Table:
    """What can be promised without a look at units or statistics, else the chances themselves."""
    policies = [learning.policy for learning in (held.learning, held.old) if learning]
    is_blind = held.halt is not None or not any(policy.contextual for policy in policies)
    if is_blind and not is_thinned:
        chances = held.chances(None, among=among).chances
        return Table({held.arms[name]: chance for name, chance in chances.items() if name in held.arms}, is_blind)
    promised = max(policies[0].floor, NO_CHANCE if policies[0].name in GIVES_ALL_A_CHANCE else 0.0)
    least = min(promised, 1 / len(held.learning.arms)) if len(policies) == 1 else 0.0
    return Table({held.arms[arm.name]: least for arm in held.learning.arms if arm.weight}, is_blind)


def _blind(rows: Sequence[Row], tables: Mapping[tuple[int, int], Table]) -> list[Row]:
    """Those drawn without a look at the unit."""
    return [row for row in rows if row.drawn in tables and tables[row.drawn].is_blind]


def _segments(
    settled: Settled, experiment: Experiment, *, through: int, is_rehearsal: bool
) -> list[tuple[str, str, int, Segment]]:
    """Rewards by the values of each context key, added up in the database."""
    asked = {"experiment": experiment.pk, "is_rehearsal": is_rehearsal, "after": settled.through, "through": through}
    with connection.cursor() as cursor:
        cursor.execute(SEGMENTS, {**asked, "most": BATCH, "low": settled.low, "high": settled.high})
        rows = cursor.fetchall()
    return [(key, value, arm, Segment(0, n, total, squares)) for key, value, arm, n, total, squares in rows]
