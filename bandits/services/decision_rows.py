"""The rows of decisions, by hand: one statement for one or ten thousand, and none of the ORM on the way."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection

from bandits.models import Decision
from experiments.models import Experiment

COLUMNS = (
    "id",
    "uuid",
    "experiment_id",
    "is_rehearsal",
    "unit_id",
    "arm_id",
    "propensity",
    "context",
    "policy_version",
    "among",
    "key",
    "decided_at",
    "due",
    "excluded",
)
# The experiment's row is read, not locked: what a service has closed or published before is seen, and nobody waits.
INSERT = """
    INSERT INTO bandits_decision AS d (uuid, experiment_id, is_rehearsal, unit_id, arm_id, propensity, context,
        policy_version, among, key, decided_at, due, excluded)
    SELECT sent.uuid, e.id, %(is_rehearsal)s, sent.unit, sent.arm, sent.propensity, sent.context::jsonb,
        sent.state, sent.among, sent.key, sent.decided_at, sent.due, sent.excluded
    FROM experiments_experiment e,
        unnest(%(uuid)s::uuid[], %(unit)s::bigint[], %(arm)s::bigint[], %(propensity)s::float8[], %(context)s::text[],
            %(state)s::int[], %(among)s::int[], %(key)s::text[], %(decided_at)s::timestamptz[],
            %(due)s::timestamptz[], %(excluded)s::text[])
        AS sent (uuid, unit, arm, propensity, context, state, among, key, decided_at, due, excluded)
    WHERE e.id = %(experiment)s AND e.status = %(status)s AND e.version_id = %(version)s"""
NEW = f"{INSERT} RETURNING id, uuid"
OWN = ", ".join(COLUMNS)
KNOWN = f"""
    SELECT {OWN} FROM bandits_decision
    WHERE experiment_id = %(experiment)s AND is_rehearsal = %(is_rehearsal)s AND key = ANY(%(keys)s) AND key <> ''"""  # noqa: S608 (our own columns)
KEYED = f"""
    WITH new AS ({INSERT} ON CONFLICT DO NOTHING RETURNING d.*)
    SELECT {OWN}, true FROM new UNION ALL SELECT known.*, false FROM ({KNOWN}) known"""  # noqa: S608 (our own columns)
UNREWARDED = f"""
    SELECT {", ".join(f"d.{name}" for name in COLUMNS)}, e.slug, e.status, e.version_id
    FROM bandits_decision d JOIN experiments_experiment e ON e.id = d.experiment_id
    WHERE d.uuid = %s AND NOT EXISTS (SELECT 1 FROM bandits_reward r WHERE r.decision_id = d.id)"""  # noqa: S608 (same)


@dataclass(frozen=True, slots=True)
class Unrewarded:
    """A decision that has no reward yet, and how its experiment stands."""

    decision: Decision
    slug: str
    status: str
    version_id: int | None


def unrewarded(identity: uuid.UUID) -> Unrewarded | None:
    """None if there is no such decision, or if it has its reward."""
    with connection.cursor() as cursor:
        cursor.execute(UNREWARDED, [identity.hex])
        found = cursor.fetchone()
    return Unrewarded(_row(found[: len(COLUMNS)]), *found[len(COLUMNS) :]) if found else None


def store(
    experiment: Experiment, rows: Sequence[Decision], keys: Collection[str]
) -> tuple[dict[uuid.UUID, Decision], dict[str, Decision]]:
    """Insert them, as long as the experiment has the instance's status and version: those that are new, by id, and
    those whose key stood there already, by key. A rival's row that commits meanwhile is in neither.
    """
    ordered = sorted(rows, key=lambda row: row.key) if keys else rows  # all in one order: no two wait for each other
    with connection.cursor() as cursor:
        cursor.execute(KEYED if keys else NEW, _sent(experiment, ordered, keys))
        found = cursor.fetchall()
    ours = {row.uuid: row for row in rows}
    if not keys:
        return {identity: _stored(ours[identity], pk) for pk, identity in found}, {}
    new = {one[1]: _stored(ours[one[1]], one[0]) for one in found if one[-1]}
    return new, {row.key: row for row in map(_row, (one[:-1] for one in found if not one[-1]))}


def known(experiment: Experiment, keys: Collection[str]) -> dict[str, Decision]:
    """The decisions that those keys have, by key."""
    if not keys:
        return {}
    where: dict[str, Any] = {"experiment": experiment.pk, "is_rehearsal": experiment.is_rehearsal, "keys": list(keys)}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, where)
        return {row.key: row for row in map(_row, cursor.fetchall())}


def _sent(experiment: Experiment, rows: Sequence[Decision], keys: Collection[str]) -> dict[str, Any]:
    return {
        "experiment": experiment.pk,
        "status": experiment.status,
        "version": experiment.version_id,
        "is_rehearsal": experiment.is_rehearsal,
        "keys": list(keys),
        "uuid": [row.uuid.hex for row in rows],
        "unit": [row.unit_id for row in rows],
        "arm": [row.arm_id for row in rows],
        "propensity": [row.propensity for row in rows],
        "context": [json.dumps(row.context) if row.context else "{}" for row in rows],
        "state": [row.policy_version for row in rows],
        "among": [row.among for row in rows],
        "key": [row.key for row in rows],
        "decided_at": [row.decided_at for row in rows],
        "due": [row.due for row in rows],
        "excluded": [row.excluded for row in rows],
    }


def _stored(row: Decision, pk: int) -> Decision:
    row.pk, row._state.adding, row._state.db = pk, False, DEFAULT_DB_ALIAS
    return row


def _row(values: Sequence[Any]) -> Decision:
    """As the ORM would read it: the driver leaves JSON as text."""
    read = dict(zip(COLUMNS, values, strict=True))
    read["context"] = json.loads(read["context"]) if isinstance(read["context"], str) else read["context"]
    return Decision.from_db(DEFAULT_DB_ALIAS, list(COLUMNS), list(read.values()))
