"""Thin: old states keep their row and give up their statistics, which their rewards give again (decision 0075)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction

from bandits.learning import learning_of
from bandits.models import PolicyState, Reward
from bandits.policies.adaptive import State
from bandits.services.restoring import Marker, digest, folded
from bandits.services.states import state_in
from experiments.definition import canonical_json
from experiments.errors import Conflict
from experiments.models import Experiment

KEPT_WHOLE = timedelta(days=1)
SPACING = timedelta(hours=1)
MOST_BETWEEN = 20_000  # rewards that reading a thinned state may have to fold
CHUNK = 200


@dataclass(frozen=True)
class Thinned:
    """What was found among old states. differ: kept, because their rewards did not give them again."""

    thinned: int = 0
    kept: int = 0
    differ: int = 0
    freed: int = 0

    def plus(self, other: Thinned) -> Thinned:
        """Both."""
        return Thinned(
            self.thinned + other.thinned, self.kept + other.kept, self.differ + other.differ, self.freed + other.freed
        )


def thin(experiment: Experiment, *, now: datetime, older: timedelta = KEPT_WHOLE, is_trial: bool = False) -> Thinned:
    """Thin the experiment's old states, rehearsal and real; twice thins nothing more. is_trial: only count.

    A state is thinned after it was made again from the whole one before it, byte for byte. Whole stay: the newest, the
    first of a version, those of ramps, halts and rebuilding, and one for every hour and every 20,000 rewards.
    """
    total = Thinned()
    for is_rehearsal in (False, True):
        walk = _Walk(experiment, is_rehearsal, now - older, is_trial)
        for chunk in walk.chunks():
            total = total.plus(walk.through(chunk))
    return total


class _Batches:
    """The rewards that each state learnt: read once, in the order of the states."""

    def __init__(self, experiment: Experiment, is_rehearsal: bool) -> None:
        self._rewards = Reward.objects.of(experiment, is_rehearsal=is_rehearsal).select_related("decision")
        self._unlearnt: dict[int, list[Reward]] = {}
        self._coming: Iterator[tuple[int, Iterator[Reward]]] = iter(())
        self._next: tuple[int, list[Reward]] = (0, [])
        self._has_begun = False

    def begin(self, after: int) -> None:
        """With the states after that number; asked again, it goes on."""
        if self._has_begun:
            return
        self._has_begun = True
        for row in self._rewards.filter(unlearnt_from__gt=after).iterator(chunk_size=CHUNK):
            self._unlearnt.setdefault(row.unlearnt_from or 0, []).append(row)
        rows = self._rewards.filter(folded_in__gt=after).order_by("folded_in", "pk").iterator(chunk_size=2_000)
        self._coming = groupby(rows, key=lambda row: row.folded_in or 0)

    def of(self, number: int) -> list[Reward]:
        """Of that state; its number is higher than at the call before."""
        while self._next[0] < number:
            coming = next(self._coming, None)
            self._next = (coming[0], list(coming[1])) if coming else (2**63, [])
        learnt = self._next[1] if self._next[0] == number else []
        return sorted([*learnt, *self._unlearnt.get(number, [])], key=lambda row: row.pk)


class _Walk:
    """From the whole state before the first that may be thinned, upwards."""

    def __init__(self, experiment: Experiment, is_rehearsal: bool, before: datetime, is_trial: bool) -> None:
        self._states = PolicyState.objects.of(experiment, is_rehearsal=is_rehearsal)
        self._before, self._is_trial = before, is_trial
        self._newest = self._states.newest()
        self._batches = _Batches(experiment, is_rehearsal)
        self._base: PolicyState | None = None
        self._state, self._since = State(), 0

    def chunks(self) -> Iterator[Sequence[PolicyState]]:
        """The rows after those that were looked at before; each a list of a few hundred."""
        last = self._states.filter(is_thinned=True).order_by("-number").first()
        at = last.number if last else 0
        if last is not None:
            with suppress(Conflict):  # somebody of its rewards withdrew: go on from the next whole state
                self._begin(self._states.filter(is_thinned=False, number__lt=at).latest("number"), state_in(last))
        while rows := list(self._states.filter(number__gt=at, created_at__lt=self._before).order_by("number")[:CHUNK]):
            self._batches.begin(at)
            at = rows[-1].number
            yield rows

    def through(self, rows: Sequence[PolicyState]) -> Thinned:
        """Make each again from the one before; thin those that come out as they were."""
        markers: dict[int, Marker] = {}
        found = Thinned()
        for row in rows:
            rewards = self._batches.of(row.number)
            if not self._may_go(row):
                self._begin(row, state_in(row))
                found = replace(found, kept=found.kept + 1)
                continue
            self._state = folded(learning_of(row.version_id), self._state, rewards)
            if digest(self._state) != digest(state_in(row)):
                self._begin(row, state_in(row))
                found = replace(found, kept=found.kept + 1, differ=found.differ + 1)
            elif self._is_due(row, len(rewards)):
                self._begin(row, self._state)
                found = replace(found, kept=found.kept + 1)
            else:
                markers[row.pk] = Marker.of(self._state, rewards)
        freed = self._write(rows, markers)
        return replace(found, thinned=len(markers), freed=freed)

    def _begin(self, row: PolicyState, state: State) -> None:
        self._base, self._state, self._since = row, state, 0

    def _may_go(self, row: PolicyState) -> bool:
        """Whether it is a fold like any other, in the line of the whole state before it."""
        is_plain = not (row.is_rebuilt or row.is_thinned or row.beside or row.halted_to)
        is_newest = self._newest is not None and row.number == self._newest.number
        return is_plain and not is_newest and self._base is not None and self._base.version_id == row.version_id

    def _is_due(self, row: PolicyState, rewards: int) -> bool:
        """Whether the next whole state is to be kept here."""
        self._since += rewards
        base = self._base
        return base is None or row.created_at - base.created_at >= SPACING or self._since > MOST_BETWEEN

    def _write(self, rows: Sequence[PolicyState], markers: dict[int, Marker]) -> int:
        """The markers into the rows; how many bytes of text that frees."""
        going = [row for row in rows if row.pk in markers]
        freed = 0
        for row in going:
            text = len(canonical_json(row.statistics))
            row.statistics, row.is_thinned = markers[row.pk].to_json(), True
            freed += text - len(canonical_json(row.statistics))
        if not self._is_trial:
            with transaction.atomic():
                PolicyState.objects.bulk_update(going, ("statistics", "is_thinned"))
        return freed
