"""A state that was thinned, made again: the nearest whole state before it, and the rewards that were learnt since.

What a fold took never changes: rewards keep the number of the state that learnt them, also after their decision was
excluded. So the same folds in the same order give the same statistics, which their digest proves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from math import isclose
from typing import cast

from django.db.models import Q

from bandits.learning import Learning, learning_of
from bandits.models import PolicyState, Reward
from bandits.policies.adaptive import State
from bandits.services.lessons import lesson_of
from experiments.definition import canonical_json
from experiments.errors import Conflict
from experiments.types import Json

ROUNDING = 1e-9


@dataclass(frozen=True)
class Marker:
    """What stands in the place of thinned statistics, as short as can be.

    digest: of their canonical text. first, last: among the ids of which the fold's rewards are. sums: of linear models,
    a few of their sums, to tell another machine's rounding from another state.
    """

    digest: str
    first: int
    last: int
    sums: tuple[float, ...] = ()

    @classmethod
    def of(cls, state: State, rewards: Sequence[Reward]) -> Marker:
        """For the state that a fold of these rewards gave."""
        ids = [row.pk for row in rewards]
        return cls(digest(state), min(ids, default=0), max(ids, default=0), sums_of(state))

    @classmethod
    def parse(cls, stored: Json) -> Marker:
        """What ``to_json`` gave."""
        digest, first, last, *sums = cast("Sequence[object]", stored)
        return cls(str(digest), cast(int, first), cast(int, last), tuple(cast("Sequence[float]", sums)))

    def to_json(self) -> Json:
        """For the row."""
        return [self.digest, self.first, self.last, *self.sums]

    def fits(self, state: State) -> bool:
        """Whether this is the state: byte for byte, or, of a linear model, but for rounding."""
        if digest(state) == self.digest:
            return True
        sums = sums_of(state)
        return bool(sums) and all(
            isclose(one, other, rel_tol=ROUNDING, abs_tol=ROUNDING) for one, other in zip(sums, self.sums, strict=True)
        )


def digest(state: State) -> str:
    """Of the state as it is stored: 128 bits."""
    return sha256(canonical_json(cast(Json, state.to_json())).encode()).hexdigest()[:32]


def sums_of(state: State) -> tuple[float, ...]:
    """How much was learnt, and the sums of what is known; nothing where there are no linear models."""
    models = state.models.values()
    if not models:
        return ()
    return (
        float(state.folded),
        float(sum(sums.n for sums in state.arms.values())),
        float(sum(sums.total for sums in state.arms.values())),
        float(sum(float(model.precision.trace()) for model in models)),
        float(sum(float(model.moment.sum()) for model in models)),
    )


def restored(row: PolicyState) -> State:
    """What a thinned row said. Conflict if what it is made of has changed."""
    states = PolicyState.objects.filter(experiment=row.experiment_id, is_rehearsal=row.is_rehearsal, is_thinned=False)
    base = states.filter(number__lt=row.number).order_by("-number").first()
    after = states.filter(number__gt=row.number).order_by("number").values_list("number", flat=True).first()
    if base is None:
        raise Conflict(f"Nothing is left that state {row.number} could be made from.")
    return _between(base.pk, after or row.number + 1)[row.number]


@lru_cache(maxsize=4)
def _between(base: int, end: int) -> Mapping[int, State]:
    """All states after a whole one and before the number ``end``: they never change, and are read one after another."""
    first = PolicyState.objects.get(pk=base)
    thinned = PolicyState.objects.filter(
        experiment=first.experiment_id, is_rehearsal=first.is_rehearsal, number__gt=first.number, number__lt=end
    )
    rows = list(thinned.order_by("number"))
    markers = {row.number: Marker.parse(row.statistics) for row in rows}
    learning, batches = learning_of(first.version_id), learnt_by(rows, markers)
    state, found = State.parse(cast("Mapping[str, object]", first.statistics)), {}
    for row in rows:
        state = folded(learning, state, batches.get(row.number, []))
        if not markers[row.number].fits(state):
            raise Conflict(
                f"State {row.number} cannot be made again: what is left gives another one.",
                hint="A reward that it had learnt was changed or deleted since.",
            )
        found[row.number] = state
    return found


def folded(learning: Learning, state: State, rewards: Sequence[Reward]) -> State:
    """The next state, as the folder made it."""
    lessons = [lesson for row in rewards if (lesson := lesson_of(learning, row, is_history=True)) is not None]
    return learning.policy.fold(state, lessons)


def learnt_by(rows: Sequence[PolicyState], markers: Mapping[int, Marker]) -> dict[int, list[Reward]]:
    """The rewards that each of these thinned states of one experiment learnt, in the order in which it did."""
    numbers = [row.number for row in rows]
    rewards = Reward.objects.filter(experiment=rows[0].experiment_id, is_rehearsal=rows[0].is_rehearsal)
    least, most = min(numbers), max(numbers)
    learnt = Q(folded_in__range=(least, most)) | Q(unlearnt_from__range=(least, most))
    first = min((one.first for one in markers.values() if one.last), default=0)
    learnt &= Q(pk__gte=first, pk__lte=max(one.last for one in markers.values()))
    found: dict[int, list[Reward]] = {}
    for row in rewards.filter(learnt).select_related("decision").order_by("pk"):
        for number in {row.folded_in, row.unlearnt_from} & set(numbers):
            found.setdefault(cast(int, number), []).append(row)
    return found
