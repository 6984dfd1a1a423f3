"""The state that an experiment decides from: numbered rows, and a copy in each process that is never old."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import cast

from django.db import connection, transaction

from bandits.errors import NotOpen
from bandits.learning import Learning, learning_of, learns
from bandits.models import PolicyState
from bandits.policies import PolicyError
from bandits.policies.adaptive import Features, Propensities, State
from experiments.errors import BadValue, Conflict
from experiments.models import Arm, Experiment
from experiments.published import blueprint_of
from experiments.types import JsonObject

STALE = timedelta(seconds=2)
LOCK_CLASS = 0x6C6E7273  # "lnrs": the advisory locks of those that write states
MOST_HELD = 10_000


@dataclass(frozen=True)
class Held:
    """A state as this process holds it. read_at: when the database was asked."""

    number: int
    version_id: int
    learning: Learning
    state: State
    arms: Mapping[str, int]
    read_at: datetime

    @cached_property
    def table(self) -> Propensities:
        """The chance of every arm, for policies that look at no context."""
        return self.learning.policy.probabilities(self.state, self.learning.arms)

    def chances(self, features: Features | None) -> Propensities:
        """The chance of every arm. BadValue if the features do not fit the policy."""
        if features is None:
            return self.table
        try:
            return self.learning.policy.probabilities(self.state, self.learning.arms, features)
        except PolicyError as error:
            raise BadValue(error.message, hint=error.hint) from error


_HELD: dict[tuple[int, bool], Held] = {}


def in_force(experiment: Experiment, *, now: datetime) -> Held:
    """The state to decide from: the newest one, or one that was the newest less than two seconds ago.

    Conflict for an experiment that does not learn.
    """
    place = (experiment.pk, experiment.is_rehearsal)
    held, version_id = _HELD.get(place), require_learning(experiment)
    if held is not None and held.version_id >= version_id and abs(now - held.read_at) < STALE:
        return held
    row, is_new = current_state(experiment, is_rehearsal=experiment.is_rehearsal, now=now)
    if held is not None and (held.number, held.version_id) == (row.number, row.version_id):
        fresh = replace(held, read_at=now)
        fresh.__dict__.update({"table": held.table} if "table" in held.__dict__ else {})
    else:
        fresh = _read(row, now=now)
    if not is_new:  # a row of a transaction that may still roll back is not kept
        if len(_HELD) >= MOST_HELD:
            _HELD.clear()
        _HELD[place] = fresh
    return fresh


def require_learning(experiment: Experiment) -> int:
    """The version in force. Conflict if its policy is a fixed one, NotOpen if there is none."""
    version_id = experiment.version_id
    if version_id is None:
        raise NotOpen(f"“{experiment.title}” is {experiment.status} and lets nobody in.", hint="Start or rehearse it.")
    allocation = blueprint_of(version_id).allocation
    if not learns(allocation):
        raise Conflict(
            f"“{experiment.title}” hands out places by {allocation.get('policy')}; it learns nothing.",
            hint="Ask for an assignment, or give it an adaptive policy.",
        )
    return version_id


def current_state(experiment: Experiment, *, is_rehearsal: bool, now: datetime) -> tuple[PolicyState, bool]:
    """The newest state, and whether it was made here: the first one, and the first one of each version, are."""
    version_id = require_learning(experiment)
    row = PolicyState.objects.of(experiment, is_rehearsal=is_rehearsal).newest()
    if row is not None and row.version_id >= version_id:
        return row, False
    with transaction.atomic():
        lock_learning(experiment)
        row = PolicyState.objects.of(experiment, is_rehearsal=is_rehearsal).newest()
        if row is not None and row.version_id >= version_id:
            return row, False
        return _begin(experiment, row, is_rehearsal=is_rehearsal, now=now), True


def lock_learning(experiment: Experiment) -> None:
    """Wait until nobody else writes a state of this experiment; released with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, experiment.pk])


def try_lock_learning(experiment: Experiment) -> bool:
    """The same without waiting; False if somebody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_CLASS, experiment.pk])
        return bool(cursor.fetchone()[0])


def state_in(row: PolicyState) -> State:
    """What the row says."""
    return State.parse(cast("Mapping[str, object]", row.statistics))


def _begin(experiment: Experiment, before: PolicyState | None, *, is_rehearsal: bool, now: datetime) -> PolicyState:
    """The first state of a version. What was learnt is kept if the policy is the same; another one starts anew."""
    version_id = require_learning(experiment)
    learning = learning_of(version_id)
    keeps = before is not None and learning.continues(learning_of(before.version_id))
    state = state_in(before) if before is not None and keeps else State()
    return PolicyState.objects.create(
        experiment=experiment,
        is_rehearsal=is_rehearsal,
        number=1 if before is None else before.number + 1,
        version_id=version_id,
        statistics=cast(JsonObject, learning.policy.with_arms(state, learning.arms).to_json()),
        settled_until=now if before is None else before.settled_until,
        created_at=now,
    )


def _read(row: PolicyState, *, now: datetime) -> Held:
    arms = _arm_ids(row.experiment_id, row.version_id)
    return Held(row.number, row.version_id, learning_of(row.version_id), state_in(row), arms, now)


@lru_cache(maxsize=1024)
def _arm_ids(experiment_id: int, version_id: int) -> Mapping[str, int]:
    """By name; asked once for each version."""
    return dict(Arm.objects.filter(experiment_id=experiment_id).values_list("name", "pk"))
