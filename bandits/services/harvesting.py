"""Rewards of people who take part: what was measured once their place is filled for good."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from bandits.learning import Learning
from bandits.models import Decision
from bandits.services.rewarding import insert_rewards
from experiments.models import Experiment

MEASURED = """
    SELECT id, jsonb_object_agg(name, mean)::text FROM (
        SELECT d.id, measure.name, avg(m.number) AS mean
        FROM bandits_decision d
        JOIN experiments_slot s ON s.unit_id = d.unit_id AND s.status = 'completed'
        JOIN experiments_measurement m ON m.unit_id = d.unit_id AND m.number IS NOT NULL AND m.at <= d.due
        JOIN experiments_measure measure ON measure.id = m.measure_id AND measure.name = ANY(%(names)s)
        WHERE d.experiment_id = %(experiment)s AND d.is_rehearsal = %(is_rehearsal)s AND d.unit_id IS NOT NULL
            AND d.due >= %(since)s AND d.excluded = ''
            AND NOT EXISTS (SELECT 1 FROM bandits_reward r WHERE r.decision_id = d.id)
        GROUP BY d.id, measure.name) AS one
    GROUP BY id HAVING jsonb_object_agg(name, mean) ?& %(needed)s ORDER BY id LIMIT %(most)s"""


@dataclass(frozen=True, slots=True)
class Search:
    """Which decisions are looked for: due at `since` or later, at most so many at once."""

    experiment: Experiment
    is_rehearsal: bool
    since: datetime
    most: int


def harvest(search: Search, learning: Learning, *, now: datetime) -> int:
    """Reward the decisions of those who completed, by the mean of what was measured until each was due.

    Somebody without the needed measures waits for them. The caller holds the lock of those that write states, so that
    nobody is excluded meanwhile. Returns how many were found.
    """
    asked: dict[str, int | datetime | list[str]] = {
        "experiment": search.experiment.pk,
        "is_rehearsal": search.is_rehearsal,
        "names": list(learning.goal.measures),
        "needed": list(learning.goal.needed),
        "since": search.since,
        "most": search.most,
    }
    with connection.cursor() as cursor:
        cursor.execute(MEASURED, asked)
        means: dict[int, Mapping[str, float]] = {pk: json.loads(found) for pk, found in cursor.fetchall()}
    decisions = Decision.objects.in_bulk(means)
    outcomes = [(decisions[pk], learning.goal.mean(each)) for pk, each in means.items()]
    insert_rewards(search.experiment, outcomes, now=now)
    return len(means)
