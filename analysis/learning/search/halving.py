"""Successive halving and Hyperband: most settings are given up early."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from analysis.learning.components import Finding, Flag, Nullable, Text, Whole
from analysis.learning.members import takes
from analysis.learning.search.building import build
from analysis.learning.search.grid import MOST_SETTINGS, Grid, every_setting
from analysis.learning.search.nodes import Built
from analysis.learning.search.rungs import Ladder, Resource, by_key, once, steps
from analysis.learning.search.sampling import draws
from analysis.learning.search.searches import SEARCHES, Occasion, Proposal, Search, Trial
from analysis.learning.search.space import Space
from experiments.types import JsonObject

MOST = Nullable(Whole(1, 10_000_000))


@dataclass(frozen=True)
class _Rungs(Search):
    is_adaptive: ClassVar[bool] = True

    factor: int = takes(Whole(2, 100), "Of so many settings, one goes up; it is given so many times more.", 3)
    least: int = takes(Whole(1, 10_000_000), "What the first rung gives, in epochs or in the resource.", 1)
    most: int | None = takes(MOST, "What the last rung gives. Null: the document's epochs.", None)
    resource: str = takes(Text(), "The place of a number to give more of, such as forest.trees. Empty: epochs.", "")

    @property
    def knows_its_settings(self) -> bool:
        """Results decide only for how long each is run, unless what is given more of stands in the setting."""
        return not self.resource

    def disagreements(self) -> Iterator[Finding]:
        if self.resource and self.most is None:
            yield ("most",), f"Nothing says how much of {self.resource} is all of it.", "Write most: 100."

    def faults_of(self, space: Space) -> Iterator[Finding]:
        setting = build(space, lambda place: 0).setting
        if self.resource and Resource(self.resource).path_in(setting) is None:
            yield ("search", "resource"), f"There is no {self.resource} in the setting.", "Write a number there first."

    def _most(self, occasion: Occasion) -> int:
        return self.most or occasion.epochs


@SEARCHES.register
@dataclass(frozen=True)
class SuccessiveHalving(_Rungs):
    """All settings for a few epochs, the best third for three times as many, and so on to the last.

    A setting that goes up goes on from its checkpoint. A run that failed never goes up; of equals the first does.
    Jamieson and Talwalkar (2016); asynchronous: Li et al. (2020).
    """

    name: ClassVar[str] = "successive_halving"
    example: ClassVar[JsonObject] = {"kind": "successive_halving", "samples": 27, "factor": 3, "least": 1}

    samples: int | None = takes(
        Nullable(Whole(1, MOST_SETTINGS)),
        "How many settings at random to begin with. Null: every one of the grid.",
        None,
    )
    asynchronous: bool = takes(
        Flag(), "Whether a setting goes up as soon as it is among the best so far: no worker waits.", False
    )

    def proposals(self, space: Space, occasion: Occasion, trials: Sequence[Trial] = ()) -> Iterator[Proposal]:
        amounts = steps(self.least, self._most(occasion), self.factor)
        ladder = Ladder(amounts, self.factor, Resource(self.resource), self.asynchronous)
        return once(ladder.proposals(list(self._first(space, occasion)), occasion, by_key(trials)))

    def faults_of(self, space: Space) -> Iterator[Finding]:
        yield from super().faults_of(space)
        if self.samples is None:
            yield from Grid().faults_of(space)

    def _first(self, space: Space, occasion: Occasion) -> Iterator[Built]:
        if self.samples is None:
            looked_at = islice(every_setting(space), None if occasion.most is None else occasion.most + 1)
            return filter(self.allows, looked_at)
        return draws(space, occasion.enough(self.samples), seed=occasion.seed, label="random", allows=self.allows)


@SEARCHES.register
@dataclass(frozen=True)
class Hyperband(_Rungs):
    """Several successive halvings at once: from many settings with a small start to a few with all epochs.

    So it does not matter whether the first epochs tell much or little. Li et al. (2018).
    """

    name: ClassVar[str] = "hyperband"
    example: ClassVar[JsonObject] = {"kind": "hyperband", "factor": 3, "least": 1}

    def proposals(self, space: Space, occasion: Occasion, trials: Sequence[Trial] = ()) -> Iterator[Proposal]:
        return once(self._all(space, occasion, trials))

    def _all(self, space: Space, occasion: Occasion, trials: Sequence[Trial]) -> Iterator[Proposal]:
        amounts = steps(self.least, self._most(occasion), self.factor)
        for number, n in enumerate(brackets(len(amounts), self.factor)):
            ladder = Ladder(amounts[number:], self.factor, Resource(self.resource), name=number)
            n = occasion.enough(min(n, MOST_SETTINGS + 1))  # so many are refused, and need not be drawn for that
            first = draws(space, n, seed=occasion.seed, label=f"bracket {number}", allows=self.allows)
            yield from ladder.proposals(list(first), occasion, by_key(trials))


def brackets(rungs: int, factor: int) -> list[int]:
    """With how many settings each bracket begins, the one with the most rungs first.

    >>> brackets(5, 3)
    [81, 34, 15, 8, 5]
    """
    return [-(-rungs * factor ** (left - 1) // left) for left in range(rungs, 0, -1)]
