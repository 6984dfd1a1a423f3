"""The chances that the log's decisions were drawn with, for every arm: from their states, where that can be
afforded."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from django.db.models import Min

from analysis.statistics.betting import Floats
from bandits.evaluation.reading import Row, Source, Summary
from bandits.evaluation.targets import as_context, goal_of
from bandits.learning import learning_of
from bandits.models import PolicyState
from bandits.services.states import Held, held_of
from experiments.published import blueprint_of
from experiments.types import JsonObject

MOST_STATES = 3_000
MOST_LOOKS = 20_000
AT_ONCE = 500


class LoggingChances:
    """Looks states up, a few hundred at a time. arms: the names, in the order of the columns.

    is_known: whether `table` has an answer. Where states are too many to look up, or are kept no more, the policies'
    floors serve, if all have one: a lower bound of each chance is enough for a bound, and for saying what was possible.
    looks: whether a policy of the log looked at contexts. least: the least floor of an open arm; 0 if one has none.
    """

    def __init__(self, source: Source, summary: Summary, arms: Sequence[str]) -> None:
        self._states = PolicyState.objects.of(source.experiment, is_rehearsal=source.question.is_rehearsal).order_by()
        self._arms = arms
        begun = self._states.values_list("version").annotate(first=Min("number")).order_by("first")
        self._begun = [(first, version) for version, first in begun]
        halted = self._states.filter(halted_to__isnull=False)
        self._halted = set(halted.values_list("number", flat=True))
        self._held: dict[int, Held] = {}
        self._floor = np.min([self._floor_of(version) for _, version in self._begun], axis=0)
        self.looks = any(learning_of(version).policy.contextual for _, version in self._begun)
        self.least = float(min(self._floor[self._floor > 0], default=0.0))
        self._by_floor = not self._can_look(source, summary)
        self.is_known = not self._by_floor or self.least > 0

    @property
    def has_quotas(self) -> bool:
        """Whether an arm of any version could fill up."""
        return any(arm.quota is not None for _, one in self._begun for arm in blueprint_of(one).arms.values())

    @property
    def needs_context(self) -> bool:
        """Whether `table` asks what each decision was made on."""
        return self.looks and not self._by_floor

    def _can_look(self, source: Source, summary: Summary) -> bool:
        if summary.states > MOST_STATES or (self.looks and summary.usable > MOST_LOOKS):
            return False
        return self._states.filter(number__in=source.states()).count() == summary.states

    def _floor_of(self, version_id: int) -> Floats:
        """The least chance of each arm under that version."""
        learning = learning_of(version_id)
        open_arms = [arm.name for arm in learning.arms if arm.weight]
        least = min(learning.policy.floor, 1 / len(open_arms))
        return np.array([least if name in open_arms else 0.0 for name in self._arms])

    def is_halted(self, state: int) -> bool:
        """Whether the kill switch decided under that state."""
        return state in self._halted

    def is_foreign(self, state: int, version_id: int) -> bool:
        """Whether the reward was another one under that state than in that version."""
        at = bisect_right(self._begun, (state, 2**63)) - 1
        own = self._begun[max(at, 0)][1]
        return own != version_id and goal_of(own) != goal_of(version_id)

    def table(self, rows: Sequence[Row]) -> Floats | None:
        """Shape (rows, arms); None where nobody knows."""
        if not self.is_known:
            return None
        if self._by_floor:  # not the drawn arm's own chance: what is cut by it must not depend on what was drawn
            return np.broadcast_to(self._floor, (len(rows), len(self._arms)))
        self._fetch({row.state for row in rows})
        known: dict[tuple[int, int, str | None], Floats] = {}
        for row in rows:
            key = (row.state, row.among, row.features)
            if key not in known:
                held = self._held[row.state]
                chances = held.chances(held.features(context_of(row)), among=row.among).chances
                known[key] = vector(chances, self._arms)
        return np.stack([known[row.state, row.among, row.features] for row in rows])

    def _fetch(self, numbers: Iterable[int]) -> None:
        """The states are read once each; those of the part before are dropped."""
        wanted = set(numbers)
        self._held = {number: held for number, held in self._held.items() if number in wanted}
        missing = sorted(wanted - self._held.keys())
        for at in range(0, len(missing), AT_ONCE):
            for row in self._states.filter(number__in=missing[at : at + AT_ONCE]).order_by("number"):
                self._held[row.number] = held_of(row, now=row.created_at)


@lru_cache(maxsize=4096)
def _parsed(features: str) -> JsonObject:
    return as_context(json.loads(features))


def context_of(row: Row) -> JsonObject:
    """As policies look at it."""
    return _parsed(row.features) if row.features else {}


def vector(chances: Mapping[str, float], arms: Sequence[str]) -> Floats:
    """In the order of the columns."""
    return np.array([chances.get(name, 0.0) for name in arms])
