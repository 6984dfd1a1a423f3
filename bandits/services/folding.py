"""Fold: rewards become the next state, each exactly once, because marking and learning are one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from django.db import transaction
from django.db.models import Q

from bandits.learning import learning_of, learns
from bandits.mixing import Beside
from bandits.models import PolicyState, Reward
from bandits.policies import ADAPTIVE
from bandits.services.lessons import lesson_of
from bandits.services.missing import take_missing
from bandits.services.refolding import rebuild
from bandits.services.states import current_state, state_in, try_lock_learning
from experiments.models import Experiment, Status, UnitKind
from experiments.published import blueprint_of
from experiments.types import JsonObject

BATCH = 10_000
LEFT_OUT = 0


def fold_all(*, now: datetime) -> int:
    """Fold every experiment that may have something to fold. Returns how many rewards were taken."""
    return sum(fold_one(pk, now=now) for pk in waiting_to_fold())


def fold_one(experiment_id: int, *, now: datetime) -> int:
    """Fold that experiment; 0 if it is no more."""
    experiment = Experiment.objects.filter(pk=experiment_id).first()
    return fold(experiment, now=now) if experiment else 0


def waiting_to_fold() -> list[int]:
    """The experiments with rewards that nothing has learnt or something should not have, and those where rewards are
    found: people who complete, defaults of what is missing.
    """
    rewards = Reward.objects.unfolded() | Reward.objects.recalled()
    waiting = rewards.order_by().values_list("experiment", flat=True).distinct()
    experiments = Experiment.objects.exclude(status=Status.ARCHIVED).filter(version__isnull=False)
    people = Q(unit_kind=UnitKind.PARTICIPANT, version__definition__allocation__policy__in=list(ADAPTIVE))
    defaults = Q(version__definition__allocation__default_reward__isnull=False)  # in force, not as edited
    found = experiments.filter(people | defaults).values_list("pk", flat=True)
    return sorted({*waiting, *found})


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
    if Reward.objects.of(experiment, is_rehearsal=is_rehearsal).recalled().exists():
        rebuild(experiment, is_rehearsal=is_rehearsal, now=now)
    settled = take_missing(experiment, is_rehearsal=is_rehearsal, now=now, most=BATCH)
    batch = list(rewards.select_for_update(of=("self",)).select_related("decision").order_by("pk")[:BATCH])
    if not batch:
        return 0
    before, _ = current_state(experiment, is_rehearsal=is_rehearsal, now=now)
    number = before.number + 1
    learning = learning_of(before.version_id)
    counted = _without_halted(experiment, batch, is_rehearsal=is_rehearsal)
    usable = {row.pk: learnt for row in counted if (learnt := lesson_of(learning, row)) is not None}
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
    learnt = [one for row in batch if (one := lesson_of(learning, row)) is not None]
    return replace(beside, state=learning.policy.fold(beside.state, learnt)).to_json()
