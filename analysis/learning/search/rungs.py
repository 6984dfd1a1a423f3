"""Rungs: many settings for a little, the best of them for more. A bandit whose arms are settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from analysis.learning.search.matching import ABSENT, at, paths_of
from analysis.learning.search.nodes import Built
from analysis.learning.search.searches import Occasion, Proposal, Trial
from experiments.problems import Path
from experiments.types import Json, JsonObject

Trials = Mapping[tuple[str, int], Trial]


def steps(least: int, most: int, factor: int) -> list[int]:
    """How much each rung gives, from the first to the last: most, most / factor, … as long as that is not below least.

    >>> steps(1, 81, 3), steps(2, 50, 4), steps(5, 3, 2)
    ([1, 3, 9, 27, 81], [3, 12, 50], [3])
    """
    n = 0
    while least * factor ** (n + 1) <= most:
        n += 1
    return sorted({max(1, most // factor**rung) for rung in range(n + 1)})


@dataclass(frozen=True, slots=True)
class Resource:
    """What a rung gives more of: epochs, or the number that stands at a place of the setting."""

    place: str = ""

    def proposal(self, built: Built, amount: int, occasion: Occasion, note: JsonObject) -> Proposal:
        """The setting with so much of it."""
        if not self.place:
            return Proposal(built, amount, note)
        path = self.path_in(built.setting)
        setting = _with(built.setting, path or (), amount)
        return Proposal(Built(cast(JsonObject, setting), built.choices), occasion.epochs, note)

    def path_in(self, setting: JsonObject) -> Path | None:
        """Where the place is; None if nothing stands there."""
        return next((path for path in paths_of(self.place) if at(setting, path) is not ABSENT), None)


@dataclass(frozen=True, slots=True)
class Ladder:
    """amounts: of the resource, by rung, growing. factor: of so many settings, one goes up.

    at_once: a setting goes up as soon as it is among the best of those that are done, not when all are.
    """

    amounts: Sequence[int]
    factor: int
    resource: Resource
    at_once: bool = False
    name: int = 0

    def proposals(self, first: Sequence[Built], occasion: Occasion, trials: Trials) -> Iterator[Proposal]:
        """Every rung, as far as the results go."""
        climbing = list(first)
        for rung, amount in enumerate(self.amounts):
            note: JsonObject = {"rung": rung, "ladder": self.name}
            here = [self.resource.proposal(built, amount, occasion, note) for built in climbing]
            yield from here
            above = self.amounts[rung + 1] if rung + 1 < len(self.amounts) else None
            went = [] if above is None else [self.resource.proposal(built, above, occasion, {}) for built in climbing]
            places = self._places(here, occasion, trials)
            if self.at_once:  # who went up stays up, whoever came after
                places += [place for place, one in enumerate(went) if one.key() in trials and place not in places]
            if not places:
                return
            climbing = [climbing[place] for place in places]

    def _places(self, here: Sequence[Proposal], occasion: Occasion, trials: Trials) -> list[int]:
        """Who goes up, as places on the rung: the best first, of equals the first. Who has no value never does."""
        found = [trials.get(proposal.key()) for proposal in here]
        over = [place for place, trial in enumerate(found) if trial is not None and trial.is_over]
        if not self.at_once and len(over) < len(here):
            return []
        scores = {place: occasion.score(trial) for place, trial in enumerate(found) if trial is not None}
        ranked = sorted(over, key=lambda place: (-scores[place], place))
        n = len(over) // self.factor if self.at_once else max(1, len(here) // self.factor)
        return [place for place in ranked[:n] if scores[place] > float("-inf")]


def by_key(trials: Sequence[Trial]) -> Trials:
    """By setting and epochs."""
    return {(trial.setting, trial.epochs): trial for trial in trials}


def once(proposals: Iterator[Proposal]) -> Iterator[Proposal]:
    """Each setting and length once."""
    seen: set[tuple[str, int]] = set()
    for proposal in proposals:
        if (key := proposal.key()) not in seen:
            seen.add(key)
            yield proposal


def _with(value: Json, path: Path, new: Json) -> Json:
    """A copy with another value at the path."""
    if not path:
        return new
    head, *rest = path
    if isinstance(value, Mapping):
        return {key: _with(inner, tuple(rest), new) if key == str(head) else inner for key, inner in value.items()}
    assert isinstance(value, list)  # noqa: S101 (the path was found in this value)
    return [_with(inner, tuple(rest), new) if index == head else inner for index, inner in enumerate(value)]
