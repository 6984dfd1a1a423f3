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
from bandits.mixing import Beside, Halt, mixed
from bandits.models import PolicyState
from bandits.policies import PolicyError
from bandits.policies.adaptive import Features, Propensities, State
from bandits.services.prepared import Statement
from bandits.services.restoring import restored
from experiments.errors import BadValue, Conflict
from experiments.models import Arm, Experiment
from experiments.published import blueprint_of
from experiments.types import JsonObject

STALE = timedelta(seconds=2)
LOCK_CLASS = 0x6C6E7273  # "lnrs": the advisory locks of those that write states
MOST_HELD = 10_000
WORKED_OUT = ("table", "_tables")
NEWEST = Statement(
    "machina_newest_state",
    ("bigint", "boolean"),
    """SELECT number, version_id FROM bandits_policystate
    WHERE experiment_id = $1 AND is_rehearsal = $2 ORDER BY number DESC LIMIT 1""",
)


@dataclass(frozen=True)
class Held:
    """A state as this process holds it. read_at: when the database was asked.

    beside: while a ramp is under way, the policy that it leads away from. halt: while it is there, nobody's policy
    decides.
    """

    number: int
    version_id: int
    learning: Learning
    state: State
    arms: Mapping[str, int]
    read_at: datetime
    beside: Beside | None = None
    halt: Halt | None = None

    @property
    def old(self) -> Learning | None:
        """How the policy beside learns."""
        return learning_of(self.beside.version_id) if self.beside else None

    @cached_property
    def table(self) -> Propensities:
        """The chance of every arm, for policies that look at no context."""
        return self._chances(None)

    def features(self, context: JsonObject) -> Features | None:
        """What a policy that decides looks at; None if none looks at anything. BadValue if it cannot be that."""
        if self.halt is not None:
            return None
        own = self.learning.features(context)
        return self.old.features(context) if own is None and self.old is not None else own

    def chances(self, features: Features | None, *, among: int = 1) -> Propensities:
        """The chance of every arm, as it is drawn and stored. BadValue if the features do not fit the policy.

        among: how many decisions are drawn before any of their rewards is known, this one included.
        """
        if self.halt is not None or (features is None and among <= 1):
            return self.table
        if features is not None:
            return self._chances(features, among)
        if among not in self._tables:
            self._tables[among] = self._chances(None, among)
        return self._tables[among]

    def parts(self, features: Features | None, *, among: int = 1) -> tuple[Propensities, Propensities]:
        """The chances under the old policy and under the new one; the same twice while there is no ramp."""
        if features is not None:
            return self._asked(features, among)
        if among not in self._parts:
            self._parts[among] = self._asked(None, among)
        return self._parts[among]

    @cached_property
    def _tables(self) -> dict[int, Propensities]:
        return {}

    @cached_property
    def _parts(self) -> dict[int, tuple[Propensities, Propensities]]:
        return {}

    def _asked(self, features: Features | None, among: int) -> tuple[Propensities, Propensities]:
        new = _asked(self.learning, self.state, features, among)
        if self.beside is None or self.old is None:
            return new, new
        return _asked(self.old, self.beside.state, features, among), new

    def _chances(self, features: Features | None, among: int = 1) -> Propensities:
        if self.halt is not None:
            return self.halt.chances(tuple(arm.name for arm in self.learning.arms))
        old, new = self.parts(features, among=among)
        return new if self.beside is None else mixed(old, new, self.beside.share)


def _asked(learning: Learning, state: State, features: Features | None, among: int) -> Propensities:
    try:
        return learning.policy.probabilities_among(state, learning.arms, among, features)
    except PolicyError as error:
        if features is None:
            raise
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
    if held is not None and held.version_id >= version_id and NEWEST.rows(place) == [(held.number, held.version_id)]:
        fresh, is_new = replace(held, read_at=now), False
        fresh.__dict__.update({name: held.__dict__[name] for name in WORKED_OUT if name in held.__dict__})
    else:
        row, is_new = current_state(experiment, is_rehearsal=experiment.is_rehearsal, now=now)
        fresh = held_of(row, now=now)
    if not is_new:  # a row of a transaction that may still roll back is not kept
        if len(_HELD) >= MOST_HELD:
            _HELD.clear()
        _HELD[place] = fresh
    return fresh


def require_learning(experiment: Experiment) -> int:
    """The version in force. Conflict if its policy is a fixed one, NotOpen if there is none."""
    version_id = experiment.version_id
    if version_id is None:
        raise NotOpen.because_of(experiment)
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


def succeed(row: PolicyState, *, now: datetime) -> PolicyState:
    """The state after that one, not yet written: all the same but its number, and no rewards learnt."""
    return PolicyState(
        experiment_id=row.experiment_id,
        is_rehearsal=row.is_rehearsal,
        number=row.number + 1,
        version_id=row.version_id,
        statistics=row.statistics,
        beside=row.beside,
        halted_to=row.halted_to,
        settled_until=row.settled_until,
        created_at=now,
    )


def state_in(row: PolicyState) -> State:
    """What the row says; if it was thinned, made again. Conflict if that does not give what it said."""
    if row.is_thinned:
        return restored(row)
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
        halted_to=None if before is None else before.halted_to,
        settled_until=now if before is None else before.settled_until,
        created_at=now,
    )


def held_of(row: PolicyState, *, now: datetime) -> Held:
    """All that decides under that state, also an old one: with it and a decision's id, the same arm is drawn again."""
    arms = _arm_ids(row.experiment_id, row.version_id)
    learning = learning_of(row.version_id)
    beside, halt = Beside.parse(row.beside), Halt.parse(row.halted_to)
    return Held(row.number, row.version_id, learning, state_in(row), arms, now, beside, halt)


@lru_cache(maxsize=1024)
def _arm_ids(experiment_id: int, version_id: int) -> Mapping[str, int]:
    """By name; asked once for each version."""
    return dict(Arm.objects.filter(experiment_id=experiment_id).values_list("name", "pk"))
