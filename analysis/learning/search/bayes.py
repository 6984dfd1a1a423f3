"""Settings that look promising: proposed by Optuna from the results so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.learning.components import Flag, Whole
from analysis.learning.members import takes
from analysis.learning.search.grid import MOST_SETTINGS
from analysis.learning.search.points import Point, point_of, random_point
from analysis.learning.search.sampling import MOST_MISSES
from analysis.learning.search.searches import SEARCHES, Occasion, Proposal, Search, Trial
from analysis.learning.search.space import Space
from analysis.learning.seeds import child_seed
from experiments.types import JsonObject

MOST_ASKS = 20


@dataclass(frozen=True, slots=True)
class _Tried:
    """A setting that was proposed, and what became of it."""

    point: Point
    trial: Trial

    @property
    def number(self) -> int:
        """Which proposal it was, from 0."""
        number = self.trial.note.get("number")
        return number if isinstance(number, int) else 0


@SEARCHES.register
@dataclass(frozen=True)
class Bayes(Search):
    """Each setting where the results so far promise most: Optuna's tree-structured Parzen estimator.

    Nothing is remembered but the runs: the same results give the same next setting, also after a crash. Of a setting
    that failed nothing is learnt; one that is under way is taken for a bad one, so that workers spread out.
    Bergstra et al. (2011).
    """

    name: ClassVar[str] = "bayes"
    is_adaptive: ClassVar[bool] = True
    example: ClassVar[JsonObject] = {"kind": "bayes", "samples": 40, "at_once": 4, "startup": 10}

    samples: int = takes(Whole(1, MOST_SETTINGS), "How many settings in all.", 40)
    at_once: int = takes(Whole(1, 1_000), "How many are under way at a time: fewer learn more, more end sooner.", 4)
    startup: int = takes(Whole(1, MOST_SETTINGS), "How many are drawn at random before anything is learnt.", 10)
    multivariate: bool = takes(Flag(), "Whether places that depend on each other are looked at together.", True)

    def proposals(self, space: Space, occasion: Occasion, trials: Sequence[Trial] = ()) -> Iterator[Proposal]:
        tried = list(_tried(space, trials))
        yield from (Proposal(one.point.built, one.trial.epochs, one.trial.note) for one in tried)
        under_way = sum(not one.trial.is_over for one in tried)
        for _ in range(min(self.samples - len(tried), self.at_once - under_way)):
            new = self._new(space, occasion, tried)
            if new is None:
                return
            tried.append(new)
            yield Proposal(new.point.built, occasion.epochs, new.trial.note)

    def _new(self, space: Space, occasion: Occasion, tried: Sequence[_Tried]) -> _Tried | None:
        """What to try next; None if nothing is left."""
        seen = {one.trial.setting for one in tried}
        number = max((one.number for one in tried), default=-1) + 1
        for point in self._candidates(space, occasion, tried, number):
            if point.built.digest not in seen and self.allows(point.built):
                note: JsonObject = {"number": number, "params": dict(point.choices)}
                return _Tried(point, Trial(point.built.digest, occasion.epochs, note=note))
        return None

    def _candidates(self, space: Space, occasion: Occasion, tried: Sequence[_Tried], number: int) -> Iterator[Point]:
        """The most promising first. Where a few asks bring nothing new, at random."""
        if number >= self.startup and any(one.trial.value is not None for one in tried):
            from analysis.learning.search.parzen import Parzen

            parzen = Parzen(space, occasion, multivariate=self.multivariate)
            for one in tried:
                parzen.learn(one.point, one.trial)
            for ask in range(MOST_ASKS):
                yield parzen.ask(child_seed(occasion.seed, "bayes", number, ask))
        yield from (random_point(space, occasion.seed, f"bayes {number}", ask) for ask in range(MOST_MISSES))


def _tried(space: Space, trials: Sequence[Trial]) -> Iterator[_Tried]:
    """Those that the document can still propose, in the order in which they were."""
    found = (_Tried(point, trial) for trial in trials if (point := point_of(space, trial)) is not None)
    yield from sorted(found, key=lambda one: one.number)
