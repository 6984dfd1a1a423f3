"""Fold again: the state that the log gives, in the order in which it was learnt, without what is excluded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import cast

from django.db import transaction
from django.db.models import F

from bandits.events import PolicyEvent
from bandits.learning import Learning, learning_of
from bandits.mixing import Beside
from bandits.models import PolicyState, Reward, Switch
from bandits.policies.adaptive import State
from bandits.services.lessons import lesson_of
from bandits.services.states import current_state, lock_learning, state_in, succeed
from experiments import events
from experiments.models import Experiment
from experiments.types import Json, JsonObject

CHUNK = 2_000
LEFT_OUT = 0


@dataclass(frozen=True)
class Replay:
    """What was known after a state of the log: by the policy in force, and by the one that a ramp leads away from."""

    version_id: int = 0
    state: State | None = None
    beside: Beside | None = None

    def under(self, row: PolicyState, *, taught: State | None) -> Replay:
        """Before the rewards of that row: its version, its arms, the policy beside it. taught: see `_taught`."""
        beside = Beside.parse(row.beside)
        state = self.state
        if row.version_id != self.version_id:
            state = taught or self._begun(learning_of(row.version_id))
        if beside is None:
            return Replay(row.version_id, state)
        same = self.beside is not None and self.beside.version_id == beside.version_id
        known = self.beside.state if self.beside and same else self.state
        return Replay(row.version_id, state, replace(beside, state=known or beside.state))

    def learn(self, rewards: Sequence[Reward]) -> Replay:
        """After these rewards, which one fold took."""
        learning = learning_of(self.version_id)
        beside = self.beside
        if beside is not None:
            beside = replace(beside, state=_folded(learning_of(beside.version_id), beside.state, rewards))
        return Replay(self.version_id, _folded(learning, self.state or State(), rewards), beside)

    def _begun(self, learning: Learning) -> State:
        """The first state of a version: what a policy that goes on knew, or nothing."""
        before = State()
        if self.version_id and learning.continues(learning_of(self.version_id)):
            before = self.state or before
        elif self.beside is not None and learning.continues(learning_of(self.beside.version_id)):
            before = self.beside.state
        return learning.policy.with_arms(before, learning.arms)


@transaction.atomic
def refold(experiment: Experiment, *, is_rehearsal: bool, now: datetime) -> PolicyState:
    """A new state, folded again from all rewards without those of excluded decisions; its number follows the newest.

    With nothing excluded since, it says the same as the newest, byte for byte. Conflict if the experiment does not
    learn.
    """
    lock_learning(experiment)
    return rebuild(experiment, is_rehearsal=is_rehearsal, now=now)


def rebuild(experiment: Experiment, *, is_rehearsal: bool, now: datetime) -> PolicyState:
    """The same for a caller who holds the lock of those that write states."""
    newest, _ = current_state(experiment, is_rehearsal=is_rehearsal, now=now)
    told, row = replayed(experiment, is_rehearsal=is_rehearsal), succeed(newest, now=now)
    row.statistics = cast(JsonObject, told.statistics)
    row.beside = told.beside.to_json() if told.beside else None
    row.is_rebuilt = True
    row.save(force_insert=True)
    left_out = Reward.objects.of(experiment, is_rehearsal=is_rehearsal).recalled()
    unlearnt = left_out.update(is_recalled=False, unlearnt_from=F("folded_in"), folded_in=LEFT_OUT)
    events.record(
        PolicyEvent.REBUILT, experiment=experiment, payload={"state": row.number, "unlearnt": unlearnt}, at=now
    )
    return row


@dataclass(frozen=True)
class Told:
    """What the log gives, and from how many rewards."""

    statistics: Json
    beside: Beside | None
    rewards: int


def replayed(experiment: Experiment, *, is_rehearsal: bool) -> Told:
    """Fold the log from its beginning, in memory of one batch. Nothing is stored."""
    replay, n = Replay(), 0
    batches = _batches(experiment, is_rehearsal=is_rehearsal)
    number, batch = next(batches, (0, []))
    switched = set(Switch.objects.filter(experiment=experiment).values_list("version_to", flat=True))
    states = PolicyState.objects.of(experiment, is_rehearsal=is_rehearsal).order_by("number").defer("statistics")
    for row in states.iterator(chunk_size=CHUNK):
        while replay.version_id and batch and number < row.number:  # of a state that is no longer kept
            replay, n = replay.learn(batch), n + len(batch)
            number, batch = next(batches, (0, []))
        is_taught = row.version_id in switched and row.version_id != replay.version_id
        replay = replay.under(row, taught=_taught(experiment, row) if is_taught else None)
        while batch and number <= row.number:
            replay, n = replay.learn(batch), n + len(batch)
            number, batch = next(batches, (0, []))
    return Told(cast(Json, (replay.state or State()).to_json()), replay.beside, n)


def _batches(experiment: Experiment, *, is_rehearsal: bool) -> Iterator[tuple[int, list[Reward]]]:
    """The rewards that each state learnt and still should have, by its number."""
    learnt = Reward.objects.of(experiment, is_rehearsal=is_rehearsal).filter(folded_in__gt=LEFT_OUT)
    rows = learnt.filter(decision__excluded="").select_related("decision").order_by("folded_in", "pk")
    for number, batch in groupby(rows.iterator(chunk_size=CHUNK), key=lambda row: row.folded_in):
        yield int(number or 0), list(batch)


def _taught(experiment: Experiment, row: PolicyState) -> State:
    """What a switch let the new policy begin with: as it stands, unless something is excluded that it was taught."""
    rewards = Reward.objects.of(experiment, is_rehearsal=row.is_rehearsal).select_related("decision")
    if not rewards.filter(decision__decided_at__lt=row.created_at).exclude(decision__excluded="").exists():
        return state_in(row)
    learning = learning_of(row.version_id)
    kept = rewards.filter(folded_in__gt=LEFT_OUT, folded_in__lt=row.number, decision__excluded="")
    state = learning.policy.start(learning.arms)
    for reward in kept.order_by("folded_in", "pk").iterator(chunk_size=CHUNK):
        state = _folded(learning, state, [reward])
    return state


def _folded(learning: Learning, state: State, rewards: Sequence[Reward]) -> State:
    lessons = [lesson for row in rewards if (lesson := lesson_of(learning, row)) is not None]
    return learning.policy.fold(state, lessons)
