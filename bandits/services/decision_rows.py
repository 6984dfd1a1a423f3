"""The rows of decisions, by hand: one statement for one or ten thousand, and none of the ORM on the way."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.base import ModelState

from bandits.models import Decision
from bandits.services.prepared import Statement
from experiments.models import Experiment

WRITTEN = {
    "uuid": "uuid",
    "is_rehearsal": "boolean",
    "unit_id": "bigint",
    "arm_id": "bigint",
    "propensity": "float8",
    "context": "jsonb",
    "policy_version": "int",
    "among": "int",
    "key": "text",
    "decided_at": "timestamptz",
    "due": "timestamptz",
    "excluded": "text",
}
COLUMNS = [column.attname for column in Decision._meta.concrete_fields]  # id and uuid are the first
NAMES, OWN = ", ".join(WRITTEN), ", ".join(COLUMNS)
OF_DECISION = ", ".join(f"d.{name}" for name in COLUMNS)
GUARD_TYPES = ("bigint", "text", "bigint")
# The experiment's row is read, not locked: what a service has closed or published before is seen, and nobody waits.
INSERT_ONE = f"""
    INSERT INTO bandits_decision (experiment_id, {NAMES})
    SELECT e.id, {", ".join(f"${n}" for n in range(4, 4 + len(WRITTEN)))} FROM experiments_experiment e
    WHERE e.id = $1 AND e.status = $2 AND e.version_id = $3"""
INSERT_MANY = f"""
    INSERT INTO bandits_decision (experiment_id, {NAMES}) SELECT e.id, {", ".join(f"sent.{name}" for name in WRITTEN)}
    FROM experiments_experiment e, unnest({", ".join(f"%({name})s::{kind}[]" for name, kind in WRITTEN.items())})
        AS sent ({NAMES})
    WHERE e.id = %(experiment)s AND e.status = %(status)s AND e.version_id = %(version)s"""
KNOWN = f"""
    SELECT {OWN} FROM bandits_decision
    WHERE experiment_id = %(experiment)s AND is_rehearsal = %(of_rehearsal)s AND key = ANY(%(keys)s) AND key <> ''"""
KEY, REHEARSAL = (f"${4 + list(WRITTEN).index(name)}" for name in ("key", "is_rehearsal"))
ONE = Statement("machina_decide", (*GUARD_TYPES, *WRITTEN.values()), f"{INSERT_ONE} RETURNING id, uuid")
ONE_BY_KEY = Statement(
    "machina_decide_by_key",
    ONE.types,
    f"""WITH new AS ({INSERT_ONE} ON CONFLICT DO NOTHING RETURNING bandits_decision.*)
    SELECT {OWN} FROM new UNION ALL SELECT {OWN} FROM bandits_decision
    WHERE experiment_id = $1 AND is_rehearsal = {REHEARSAL} AND key = {KEY} AND key <> ''""",
)
MANY = f"{INSERT_MANY} RETURNING id, uuid"
MANY_BY_KEY = f"""
    WITH new AS ({INSERT_MANY} ON CONFLICT DO NOTHING RETURNING bandits_decision.*)
    SELECT {OWN} FROM new UNION ALL SELECT known.* FROM ({KNOWN}) known"""
UNREWARDED = Statement(
    "machina_unrewarded",
    ("uuid",),
    f"""SELECT {OF_DECISION}, e.slug, e.status, e.version_id
    FROM bandits_decision d JOIN experiments_experiment e ON e.id = d.experiment_id
    WHERE d.uuid = $1 AND NOT EXISTS (SELECT 1 FROM bandits_reward r WHERE r.decision_id = d.id)""",
)


@dataclass(frozen=True, slots=True)
class Unrewarded:
    """A decision that has no reward yet, and how its experiment stands."""

    decision: Decision
    slug: str
    status: str
    version_id: int | None


def fresh(written: Mapping[str, object]) -> Decision:
    """A decision that is not stored yet. Without the ORM's look at defaults, which costs as much as the draw."""
    row = _decision([written.get(name) for name in COLUMNS])
    row._state.adding = True
    return row


def unrewarded(identity: uuid.UUID) -> Unrewarded | None:
    """None if there is no such decision, or if it has its reward."""
    found = UNREWARDED.rows([identity.hex])
    return Unrewarded(_row(found[0][: len(COLUMNS)]), *found[0][len(COLUMNS) :]) if found else None


def store(
    experiment: Experiment, rows: Sequence[Decision], keys: Collection[str]
) -> tuple[dict[uuid.UUID, Decision], dict[str, Decision]]:
    """Insert them, as long as the experiment has the instance's status and version: those that are new, by id, and
    those whose key stood there already, by key. A rival's row that commits meanwhile is in neither.
    """
    if not rows:
        return {}, {}
    ours = {row.uuid: row for row in rows}
    found = _store_one(experiment, rows[0], keys) if len(rows) == 1 else _store_many(experiment, rows, keys)
    new = {one[1]: _stored(ours[one[1]], one[0]) for one in found if one[1] in ours}
    return new, {row.key: row for row in (_row(one) for one in found if one[1] not in ours)}


def known(experiment: Experiment, keys: Collection[str]) -> dict[str, Decision]:
    """The decisions that those keys have, by key."""
    if not keys:
        return {}
    where: dict[str, Any] = {"experiment": experiment.pk, "of_rehearsal": experiment.is_rehearsal, "keys": list(keys)}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, where)
        return {row.key: row for row in map(_row, cursor.fetchall())}


def _store_one(experiment: Experiment, row: Decision, keys: Collection[str]) -> list[tuple[Any, ...]]:
    guard = [experiment.pk, experiment.status, experiment.version_id]
    return (ONE_BY_KEY if keys else ONE).rows([*guard, *_written(row)])


def _store_many(experiment: Experiment, rows: Sequence[Decision], keys: Collection[str]) -> list[tuple[Any, ...]]:
    ordered = sorted(rows, key=lambda row: row.key) if keys else rows  # all in one order: no two wait for each other
    columns = zip(*map(_written, ordered), strict=True)
    sent: dict[str, Any] = {name: list(column) for name, column in zip(WRITTEN, columns, strict=True)}
    sent |= {"experiment": experiment.pk, "status": experiment.status, "version": experiment.version_id}
    sent |= {"of_rehearsal": experiment.is_rehearsal, "keys": list(keys)}
    with connection.cursor() as cursor:
        cursor.execute(MANY_BY_KEY if keys else MANY, sent)
        return list(cursor.fetchall())


def _written(row: Decision) -> list[Any]:
    """In the order of WRITTEN."""
    return [
        row.uuid.hex,
        row.is_rehearsal,
        row.unit_id,
        row.arm_id,
        row.propensity,
        json.dumps(row.context) if row.context else "{}",
        row.policy_version,
        row.among,
        row.key,
        row.decided_at,
        row.due,
        row.excluded,
    ]


def _stored(row: Decision, pk: int) -> Decision:
    row.pk, row._state.adding = pk, False
    return row


def _row(values: Sequence[Any]) -> Decision:
    """As the ORM would read it: the driver leaves JSON as text."""
    read = list(values)
    at = COLUMNS.index("context")
    read[at] = json.loads(read[at]) if isinstance(read[at], str) else read[at]
    return _decision(read)


def _decision(values: Sequence[Any]) -> Decision:
    """What `Decision.from_db` makes, in a quarter of its time: nobody listens to the making of a model here."""
    row = Decision.__new__(Decision)
    row._state = ModelState()
    row._state.db, row._state.adding = DEFAULT_DB_ALIAS, False
    row.__dict__.update(zip(COLUMNS, values, strict=True))
    return row
