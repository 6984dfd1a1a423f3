"""Up to which id every decision and every reward is in: ids are drawn before they commit, and not in that order.

A writer holds its lock on the table before it draws an id. So once those who were writing when the highest id was
looked at have ended, nothing will ever appear at or below it. Long transactions delay this; none can break it.
"""

from __future__ import annotations

from django.db import connection

from bandits.summary import Horizon
from experiments.models import Experiment

WRITERS = """
    SELECT DISTINCT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted AND pid <> pg_backend_pid()
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND relation IN ('bandits_decision'::regclass, 'bandits_reward'::regclass)"""
NEWEST = """
    SELECT (SELECT coalesce(max(id), 0) FROM bandits_decision WHERE experiment_id = %(experiment)s),
        (SELECT coalesce(max(id), 0) FROM bandits_reward WHERE experiment_id = %(experiment)s)"""


def moved_on(before: Horizon, experiment: Experiment) -> Horizon:
    """As far as is safe now."""
    if before.waiting:
        left = sorted(_writers().intersection(before.waiting))
        if left:
            return Horizon(before.decision, before.reward, before.next_decision, before.next_reward, tuple(left))
        before = Horizon(before.next_decision, before.next_reward)
    decision, reward = _newest(experiment)
    writing = tuple(sorted(_writers()))  # asked after the ids: whoever drew one of them is among these, or has ended
    if writing:
        return Horizon(before.decision, before.reward, decision, reward, writing)
    return Horizon(decision, reward, decision, reward)


def _writers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRITERS)
        return {name for (name,) in cursor.fetchall()}


def _newest(experiment: Experiment) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, {"experiment": experiment.pk})
        decision, reward = cursor.fetchone()
        return int(decision), int(reward)
