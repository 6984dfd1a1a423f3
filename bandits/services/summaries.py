"""Add up what the panel shows: each decision and each reward once, in the order of their ids.

Where it counted to stands in the same row as the sums, so a kill anywhere counts nothing twice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from analysis.results.tables import rows
from bandits.learning import learns
from bandits.models import LearningSummary, PolicyState
from bandits.services.horizon import moved_on
from bandits.services.settling import settle
from bandits.summary import (
    BINS,
    DELAYS,
    VERSION,
    Segment,
    Summary,
    is_current,
    with_decisions,
    with_extremes,
    with_segments,
)
from experiments.locking import try_lock
from experiments.models import Experiment
from experiments.published import blueprint_of

LOCK_CLASS = 0x73656521  # "see!"
STEP = 200_000
IN_RANGE = """{0}.experiment_id = %(experiment)s AND {0}.id > %(after)s AND {0}.id <= %(through)s
        AND {0}.is_rehearsal = %(is_rehearsal)s"""
DECISIONS = f"""
    SELECT (floor(extract(epoch FROM d.decided_at) / 60) * 60)::bigint, d.arm_id,
        least(floor(d.propensity * %(bins)s)::int, %(bins)s - 1), count(*), min(d.propensity), max(d.propensity)
    FROM bandits_decision d WHERE {IN_RANGE.format("d")} GROUP BY 1, 2, 3"""  # noqa: S608 - constants
SEGMENTS = f"""
    SELECT part.key, left(part.value #>> '{{}}', 60), d.arm_id, count(*)
    FROM bandits_decision d CROSS JOIN LATERAL
        jsonb_each(CASE jsonb_typeof(d.context) WHEN 'object' THEN d.context ELSE '{{}}' END) part
    WHERE {IN_RANGE.format("d")} AND jsonb_typeof(part.value) IN ('string', 'number', 'boolean')
    GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3"""  # noqa: S608 - constants
REWARDS = f"""
    SELECT r.is_default, width_bucket(extract(epoch FROM r.at - d.decided_at)::float, %(delays)s::float[]), count(*)
    FROM bandits_reward r CROSS JOIN LATERAL (SELECT * FROM bandits_decision WHERE id = r.decision_id LIMIT 1) d
    WHERE {IN_RANGE.format("r")} GROUP BY 1, 2"""  # noqa: S608 - constants
WAITING = """
    SELECT e.id FROM experiments_experiment e LEFT JOIN LATERAL (
        SELECT max((content ->> 'through_decision')::bigint) AS decision,
            max((content ->> 'through_reward')::bigint) AS reward,
            bool_or((content -> 'settled' ->> 'through')::bigint < (content ->> 'through_decision')::bigint) AS waits,
            bool_or(content -> 'version' IS DISTINCT FROM to_jsonb(%(version)s::int)
                OR content -> 'is_outdated' = 'true') AS is_outdated
        FROM bandits_learningsummary WHERE experiment_id = e.id) s ON true
    WHERE EXISTS (SELECT 1 FROM bandits_policystate WHERE experiment_id = e.id)
        AND (coalesce(s.is_outdated, false)
            OR (coalesce(s.waits, false) AND e.status <> 'archived')
            OR (SELECT max(id) FROM bandits_decision WHERE experiment_id = e.id) > coalesce(s.decision, 0)
            OR (SELECT max(id) FROM bandits_reward WHERE experiment_id = e.id) > coalesce(s.reward, 0))
    ORDER BY e.id"""
OUTDATE = """
    UPDATE bandits_learningsummary SET content = content || '{{"is_outdated": true}}'
    WHERE experiment_id = %(experiment)s AND ({})::bigint >= %(least)s"""
SETTLED_THROUGH, COUNTED_THROUGH = "content -> 'settled' ->> 'through'", "content ->> 'through_decision'"
STEP_END = """
    SELECT max(id) FROM (SELECT id FROM {} WHERE experiment_id = %(experiment)s
        AND id > %(after)s AND id <= %(through)s ORDER BY id LIMIT %(step)s) AS step"""


def waiting_for_sums() -> list[int]:
    """The experiments with something that is not counted, counted and not settled, or to count anew. One query."""
    return [pk for (pk,) in rows(WAITING, {"version": VERSION})]


def summarise_one(experiment_id: int, *, now: datetime) -> bool:
    """Bring that experiment's sums up to date; False if nothing was new, or it is no more."""
    experiment = Experiment.objects.filter(pk=experiment_id).first()
    return summarise(experiment, now=now) if experiment else False


def summarise(experiment: Experiment, *, now: datetime) -> bool:
    """Count what is new, rehearsal and real apart. Any number may do so at once: one works, the others leave."""
    if experiment.version_id is None or not learns(blueprint_of(experiment.version_id).allocation):
        return False
    changed = False
    for is_rehearsal in (False, True):
        while _step(experiment, is_rehearsal=is_rehearsal, now=now):
            changed = True
    return changed


def outdate(experiment: Experiment, pks: Collection[int], *, is_forgotten: bool = False) -> None:
    """These decisions stand otherwise than when they were counted: all is counted anew with the next look.

    Inside the caller's transaction. It waits for a step that counts just now, so that none misses the change; the
    figures stay as they are until then. is_forgotten: what they came with is gone too, so settled or not.
    """
    rows("SELECT pg_advisory_xact_lock(%(kind)s, %(pk)s)", {"kind": LOCK_CLASS, "pk": experiment.pk})
    statement = OUTDATE.format(COUNTED_THROUGH if is_forgotten else SETTLED_THROUGH)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"experiment": experiment.pk, "least": min(pks)})


@transaction.atomic
def _step(experiment: Experiment, *, is_rehearsal: bool, now: datetime) -> bool:
    """Count up to 200,000 decisions and rewards, and settle up to 10,000. False if there was nothing to do."""
    newest = PolicyState.objects.of(experiment, is_rehearsal=is_rehearsal).newest()
    if newest is None or not try_lock(LOCK_CLASS, experiment.pk):
        return False
    row = LearningSummary.objects.filter(experiment=experiment, is_rehearsal=is_rehearsal).first()
    before = Summary.parse(row.content) if row else Summary()
    start = Summary() if before.is_outdated else before
    looked = replace(start, horizon=moved_on(start.horizon, experiment))
    counted = _with_rewards(_with_decisions(looked, experiment, is_rehearsal), experiment, is_rehearsal)
    after = settle(counted, experiment, newest, is_rehearsal=is_rehearsal, now=now)
    if row is None or after != before or not is_current(row.content):
        content = {"content": after.to_json(), "at": now}
        LearningSummary.objects.update_or_create(experiment=experiment, is_rehearsal=is_rehearsal, defaults=content)
    return _counted(after) != _counted(before)


def _counted(summary: Summary) -> tuple[int, int, int]:
    return summary.through_decision, summary.through_reward, summary.settled.through


def _with_decisions(summary: Summary, experiment: Experiment, is_rehearsal: bool) -> Summary:
    asked = _step_of("bandits_decision", experiment, summary.through_decision, summary.horizon.decision)
    if asked is None:
        return summary
    asked = {**asked, "is_rehearsal": is_rehearsal, "bins": BINS}
    counted = rows(DECISIONS, asked)
    grown = with_decisions(summary, [(at, arm, place, n) for at, arm, place, n, _, _ in counted])
    grown = with_extremes(grown, [(arm, low, high) for _, arm, _, _, low, high in counted])
    found = [(key, value, arm, Segment(decisions=n)) for key, value, arm, n in rows(SEGMENTS, asked)]
    segments = with_segments(grown.segments, found)
    return replace(grown, segments=segments, through_decision=asked["through"])


def _with_rewards(summary: Summary, experiment: Experiment, is_rehearsal: bool) -> Summary:
    asked = _step_of("bandits_reward", experiment, summary.through_reward, summary.horizon.reward)
    if asked is None:
        return summary
    counted = rows(REWARDS, {**asked, "is_rehearsal": is_rehearsal, "delays": list(DELAYS)})
    delays = list(summary.delays)
    for is_default, place, n in counted:
        delays[place] += 0 if is_default else n
    defaulted = sum(n for is_default, _, n in counted if is_default)
    return replace(
        summary,
        through_reward=asked["through"],
        sent=summary.sent + sum(n for *_, n in counted) - defaulted,
        defaulted=summary.defaulted + defaulted,
        delays=delays,
    )


def _step_of(table: str, experiment: Experiment, after: int, through: int) -> dict[str, Any] | None:
    """The next ids to count, not too many at once; None if there are none."""
    asked = {"experiment": experiment.pk, "after": after, "through": through, "step": STEP}
    if through <= after:
        return None
    end = rows(STEP_END.format(table), asked)[0][0]
    return None if end is None else {**asked, "through": end}
