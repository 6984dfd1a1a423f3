"""Read decisions with their rewards: equal ones gathered by the database, in blocks, in the order of their chances."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from django.db import connection, transaction

from bandits.evaluation.question import MOST_SEGMENTS, Question
from experiments.models import Experiment
from experiments.types import JsonObject

CHUNK = 20_000
BUCKETS = 100
OTHERS = "(others)"

# The decisions of the window and, before it, those that a policy may have learnt from.
LOG = """
    FROM bandits_decision d LEFT JOIN bandits_reward r ON r.decision_id = d.id
    WHERE d.experiment_id = %(experiment)s AND d.is_rehearsal = %(is_rehearsal)s
        AND (%(until)s::timestamptz IS NULL OR d.decided_at < %(until)s)"""
IN_WINDOW = "(%(since)s::timestamptz IS NULL OR d.decided_at >= %(since)s)"
SETTLED = "(d.due < %(now)s OR (%(early)s AND r.id IS NOT NULL))"
VALUE = "COALESCE(r.value, %(missing)s::float8)"
USABLE = f"d.excluded = '' AND {SETTLED} AND {VALUE} IS NOT NULL"

SUMMARY = f"""
    SELECT min(d.id), max(d.id), count(DISTINCT d.policy_version),
        count(*) FILTER (WHERE {USABLE}), count(*) FILTER (WHERE d.excluded <> ''),
        count(*) FILTER (WHERE d.excluded = '' AND NOT {SETTLED}),
        count(*) FILTER (WHERE d.excluded = '' AND {SETTLED} AND {VALUE} IS NULL), min(d.decided_at), max(d.decided_at)
    {LOG} AND {IN_WINDOW}"""
SEGMENTS = f"""
    SELECT COALESCE(d.context ->> %(by)s, ''), count(*) {LOG} AND {IN_WINDOW} AND {USABLE}
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(most)s"""
STATES = f"SELECT DISTINCT d.policy_version {LOG} AND {IN_WINDOW}"
SPLIT = f"""
    SELECT percentile_disc(%(share)s) WITHIN GROUP (ORDER BY d.id) {LOG} AND {IN_WINDOW} AND {USABLE}"""
COLUMNS = f"""
    SELECT {IN_WINDOW} AND d.id > %(split)s AS counts, d.policy_version AS state,
        width_bucket(d.id, %(first)s, %(last)s::bigint + 1, {BUCKETS}) AS bucket,
        d.among, d.arm_id, d.propensity, {VALUE} AS value, COALESCE(d.context ->> %(by)s, '') AS segment"""
GATHERED = f"""
    {COLUMNS}, NULL AS features, count(*) {LOG} AND {USABLE} AND (%(warm)s OR {IN_WINDOW})
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2, 3"""
SINGLE = f"""
    {COLUMNS}, d.context -> 'features' AS features, 1 {LOG} AND {USABLE} AND (%(warm)s OR {IN_WINDOW})
    ORDER BY 1, 2, d.id"""

ONE_BY_ONE = f"""
    SELECT d.id, d.arm_id, d.propensity, {VALUE}, d.context, COALESCE(r.measures, '{{}}'::jsonb), d.policy_version
    {LOG} AND {IN_WINDOW} AND {USABLE} ORDER BY d.id"""
TALLY = f"SELECT count(*), COALESCE(max(d.id), 0), COALESCE(sum({VALUE}), 0) {LOG} AND {IN_WINDOW} AND {USABLE}"


@dataclass(frozen=True)
class Summary:
    """What there is in the window. usable: decisions that count; states: how many were drawn from."""

    first: int
    last: int
    states: int
    usable: int
    excluded: int
    open: int
    unrewarded: int
    begins: datetime | None
    ends: datetime | None


class Row(NamedTuple):
    """Equal decisions. counts: inside the window; else they came before, and a policy may only learn from them."""

    counts: bool
    state: int
    bucket: int
    among: int
    arm_id: int
    propensity: float
    value: float
    segment: str
    features: str | None
    n: int


class Logged(NamedTuple):
    """One decision that counts, with what came of it."""

    pk: int
    arm_id: int
    propensity: float
    value: float
    context: JsonObject
    measures: JsonObject
    policy_version: int


@dataclass(frozen=True)
class Source:
    """Where to read. missing: what a decision without reward counts. warm: with what came before the window."""

    experiment: Experiment
    question: Question
    missing: float | None
    now: datetime
    warm: bool = False
    split: int = 0

    @property
    def _asked(self) -> dict[str, Any]:
        question = self.question
        return {
            "experiment": self.experiment.pk,
            "is_rehearsal": question.is_rehearsal,
            "since": question.since,
            "until": question.until,
            "early": question.early,
            "by": question.by,
            "missing": self.missing,
            "now": self.now,
            "warm": self.warm,
            "split": self.split,
        }

    def summary(self) -> Summary:
        """One query."""
        with connection.cursor() as cursor:
            cursor.execute(SUMMARY, self._asked)
            first, last, states, usable, excluded, still_open, unrewarded, begins, ends = cursor.fetchone()
        return Summary(first or 0, last or 0, states, usable, excluded, still_open, unrewarded, begins, ends)

    def segments(self) -> list[str]:
        """The largest ones, largest first."""
        if not self.question.by:
            return []
        with connection.cursor() as cursor:
            cursor.execute(SEGMENTS, {**self._asked, "most": MOST_SEGMENTS})
            return [str(name) for name, _ in cursor.fetchall()]

    def states(self) -> list[int]:
        """The states that decisions of the window were drawn from."""
        with connection.cursor() as cursor:
            cursor.execute(STATES, self._asked)
            return [int(number) for (number,) in cursor.fetchall()]

    def chunks(self, summary: Summary, *, single: bool) -> Iterator[Sequence[Row]]:
        """Rows in the order of their states, a part at a time. single: one per decision, with its features."""
        asked = {**self._asked, "first": summary.first, "last": summary.last}
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(SINGLE if single else GATHERED, asked)
            while rows := cursor.fetchmany(CHUNK):
                yield [Row._make(row) for row in rows]

    def logged(self) -> Iterator[Logged]:
        """Every decision of the window that counts, in the order in which they were made."""
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(ONE_BY_ONE, self._asked)
            while rows := cursor.fetchmany(CHUNK):
                for pk, arm, propensity, value, context, measures, state in rows:
                    yield Logged(pk, arm, propensity, value, _parsed(context), _parsed(measures), state)

    def tally(self) -> tuple[int, int, float]:
        """How many those are, the id of the last, and what they earned."""
        with connection.cursor() as cursor:
            cursor.execute(TALLY, self._asked)
            n, last, earned = cursor.fetchone()
        return int(n), int(last), float(earned)

    def split_at(self, share: float) -> int:
        """The id up to which this share of the window's decisions lies."""
        with connection.cursor() as cursor:
            cursor.execute(SPLIT, {**self._asked, "share": share})
            return int(cursor.fetchone()[0] or 0)


def _parsed(column: str | JsonObject) -> JsonObject:
    """Of a JSON column, which the driver gives as text to a bare cursor."""
    return cast(JsonObject, json.loads(column)) if isinstance(column, str) else column
