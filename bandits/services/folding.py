"""Fold: rewards become the next state, each exactly once, because marking and learning are one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from django.db import connection, transaction

from bandits.goal import Outcome
from bandits.learning import Learning, learning_of, learns
from bandits.mixing import Beside
from bandits.models import PolicyState, Reward
from bandits.policies import PolicyError
from bandits.policies.adaptive import Reward as Learnt
from bandits.services.states import current_state, state_in, try_lock_learning
from experiments.errors import BadValue
from experiments.models import Experiment, Status
from experiments.published import arm_name, blueprint_of
from experiments.types import JsonObject

BATCH = 10_000
OVERLAP = timedelta(minutes=10)  # a decision is looked for again that long: its transaction may have been slow
LEFT_OUT = 0
DEFAULTS = """
    INSERT INTO bandits_reward (decision_id, experiment_id, is_rehearsal, value, measures, is_default, at, folded_in)
    SELECT d.id, d.experiment_id, d.is_rehearsal, %(value)s, '{}', true, d.due, NULL FROM bandits_decision d
    WHERE d.experiment_id = %(experiment)s AND d.is_rehearsal = %(is_rehearsal)s
        AND d.due >= %(since)s AND d.due < %(now)s
        AND NOT EXISTS (SELECT 1 FROM bandits_reward r WHERE r.decision_id = d.id)
    ORDER BY d.due LIMIT %(most)s
    ON CONFLICT (decision_id) DO NOTHING RETURNING at"""


def fold_all(*, now: datetime) -> int:
    """Fold every experiment that may have something to fold. Returns how many rewards were taken."""
    return sum(fold_one(pk, now=now) for pk in waiting_to_fold())


def fold_one(experiment_id: int, *, now: datetime) -> int:
    """Fold that experiment; 0 if it is no more."""
    experiment = Experiment.objects.filter(pk=experiment_id).first()
    return fold(experiment, now=now) if experiment else 0


def waiting_to_fold() -> list[int]:
    """The experiments with rewards that nothing has learnt, and those where missing rewards count a default."""
    waiting = Reward.objects.unfolded().order_by().values_list("experiment", flat=True).distinct()
    experiments = Experiment.objects.exclude(status=Status.ARCHIVED).filter(version__isnull=False)
    pending = {*waiting, *experiments.filter(allocation__default_reward__isnull=False).values_list("pk", flat=True)}
    return sorted(pending)


def fold(experiment: Experiment, *, now: datetime) -> int:
    """Learn from what came in, rehearsal and real apart, until nothing is left. Returns how many rewards it took.

    Any number may fold at once: one works, the others find the lock taken and leave. Killed anywhere, it has either
    marked and learnt a batch, or neither.
    """
    if experiment.version_id is None or not learns(blueprint_of(experiment.version_id).allocation):
        return 0
    total = 0
    for is_rehearsal in (False, True):
        while taken := _fold_batch(experiment, is_rehearsal=is_rehearsal, now=now):
            total += taken
            if taken < BATCH:
                break
    return total


@transaction.atomic
def _fold_batch(experiment: Experiment, *, is_rehearsal: bool, now: datetime) -> int:
    rewards = Reward.objects.of(experiment, is_rehearsal=is_rehearsal).unfolded()
    if not try_lock_learning(experiment):
        return 0
    settled = _take_defaults(experiment, is_rehearsal=is_rehearsal, now=now)
    batch = list(rewards.select_for_update(of=("self",)).select_related("decision").order_by("pk")[:BATCH])
    if not batch:
        return 0
    before, _ = current_state(experiment, is_rehearsal=is_rehearsal, now=now)
    number = before.number + 1
    learning = learning_of(before.version_id)
    counted = _without_halted(experiment, batch, is_rehearsal=is_rehearsal)
    usable = {row.pk: learnt for row in counted if (learnt := _learnt(learning, row)) is not None}
    state = learning.policy.fold(state_in(before), list(usable.values()))
    Reward.objects.filter(pk__in=usable).update(folded_in=number)
    Reward.objects.filter(pk__in=[row.pk for row in batch if row.pk not in usable]).update(folded_in=LEFT_OUT)
    PolicyState.objects.create(
        experiment=experiment,
        is_rehearsal=is_rehearsal,
        number=number,
        version_id=before.version_id,
        statistics=cast(JsonObject, state.to_json()),
        beside=_beside(before, counted),
        halted_to=before.halted_to,
        folded=len(usable),
        settled_until=max(settled, before.settled_until),
        created_at=now,
    )
    return len(batch)


def _without_halted(experiment: Experiment, batch: Sequence[Reward], *, is_rehearsal: bool) -> list[Reward]:
    """What was decided by a policy: a halt's decisions say nothing of one, and are never learnt from."""
    states = PolicyState.objects.of(experiment, is_rehearsal=is_rehearsal).filter(halted_to__isnull=False)
    drawn_from = {row.decision.policy_version for row in batch}
    halted = set(states.filter(number__in=drawn_from).order_by().values_list("number", flat=True))
    return [row for row in batch if row.decision.policy_version not in halted]


def _beside(before: PolicyState, batch: Sequence[Reward]) -> JsonObject | None:
    """The policy that a ramp leads away from, with these rewards too: it may be the one that stays."""
    beside = Beside.parse(before.beside)
    if beside is None:
        return None
    learning = learning_of(beside.version_id)
    learnt = [one for row in batch if (one := _learnt(learning, row)) is not None]
    return replace(beside, state=learning.policy.fold(beside.state, learnt)).to_json()


def _take_defaults(experiment: Experiment, *, is_rehearsal: bool, now: datetime) -> datetime:
    """Give the declared default to decisions that nobody rewarded in time. Until when they are all looked after."""
    learning = learning_of(experiment.version_id or 0)
    newest = PolicyState.objects.of(experiment, is_rehearsal=is_rehearsal).newest()
    if newest is None or learning.default is None:
        return now
    asked: dict[str, int | float | datetime] = {
        "experiment": experiment.pk,
        "is_rehearsal": is_rehearsal,
        "value": learning.default,
        "since": newest.settled_until - OVERLAP,
        "now": now,
        "most": BATCH,
    }
    with connection.cursor() as cursor:
        cursor.execute(DEFAULTS, asked)
        due = [at for (at,) in cursor.fetchall()]
    return now if len(due) < BATCH else max(due)


def _learnt(learning: Learning, row: Reward) -> Learnt | None:
    """As the policy takes it; None if the policy in force now cannot learn from it, or it is excluded."""
    decision = row.decision
    if decision.excluded:
        return None
    context: JsonObject = decision.context if isinstance(decision.context, Mapping) else {}
    try:
        measures = cast("Mapping[str, float]", row.measures)
        outcome = Outcome(row.value, measures)
        learnt = learning.reward(arm_name(decision.arm_id), outcome, decision.propensity, context)
        learning.policy.check_reward(learnt)
    except (PolicyError, BadValue):
        return None
    return learnt
