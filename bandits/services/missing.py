"""Rewards that nobody sends: of those who completed, what was measured; of the rest, when due, the declared default."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from bandits.learning import Learning, learning_of
from bandits.models import PolicyState
from bandits.services.harvesting import Search, harvest
from bandits.services.purses import pay
from experiments.models import Experiment, UnitKind

OVERLAP = timedelta(minutes=10)  # a decision is looked for again that long: its transaction may have been slow
DEFAULTS = """
    INSERT INTO bandits_reward (decision_id, experiment_id, is_rehearsal, value, measures, is_default, at, folded_in)
    SELECT d.id, d.experiment_id, d.is_rehearsal, %(value)s, '{}', true, d.due, NULL FROM bandits_decision d
    WHERE d.experiment_id = %(experiment)s AND d.is_rehearsal = %(is_rehearsal)s
        AND d.due >= %(since)s AND d.due < %(now)s AND d.excluded = ''
        AND NOT EXISTS (SELECT 1 FROM bandits_reward r WHERE r.decision_id = d.id)
    ORDER BY d.due LIMIT %(most)s
    ON CONFLICT (decision_id) DO NOTHING RETURNING at, decision_id"""


def take_missing(experiment: Experiment, *, is_rehearsal: bool, now: datetime, most: int) -> datetime:
    """Reward who completed, then give the default to who is due. Until when decisions are all looked after.

    At most so many of each. The caller holds the lock of those that write states.
    """
    newest = PolicyState.objects.of(experiment, is_rehearsal=is_rehearsal).newest()
    if newest is None:
        return now
    learning = learning_of(experiment.version_id or 0)
    search = Search(experiment, is_rehearsal, newest.settled_until - OVERLAP, most)
    if experiment.unit_kind == UnitKind.PARTICIPANT and harvest(search, learning, now=now) >= most:
        return newest.settled_until
    return now if learning.default is None else _take_defaults(search, learning, learning.default, now=now)


def _take_defaults(search: Search, learning: Learning, default: float, *, now: datetime) -> datetime:
    """Give the declared default to decisions that nobody rewarded in time."""
    asked: dict[str, int | float | datetime] = {
        "experiment": search.experiment.pk,
        "is_rehearsal": search.is_rehearsal,
        "value": default,
        "since": search.since,
        "now": now,
        "most": search.most,
    }
    with connection.cursor() as cursor:
        cursor.execute(DEFAULTS, asked)
        found = cursor.fetchall()
    if learning.goal.cost is not None:
        costs = {int(decision): learning.dearest for _, decision in found}
        pay(search.experiment, costs, is_rehearsal=search.is_rehearsal)
    return now if len(found) < search.most else max(at for at, _ in found)
