"""Every setting of a space, once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import ClassVar

from analysis.learning.components import Finding
from analysis.learning.search.building import build
from analysis.learning.search.nodes import Built, Open
from analysis.learning.search.searches import SEARCHES, Occasion, Proposal, Search, Trial
from analysis.learning.search.space import Space
from experiments.types import JsonObject

MOST_SETTINGS = 100_000


@SEARCHES.register
@dataclass(frozen=True)
class Grid(Search):
    """Every combination, in the document's order: the full-factorial design."""

    name: ClassVar[str] = "grid"
    example: ClassVar[JsonObject] = {
        "kind": "grid",
        "exclusions": [{"net.hidden": 64, "trainer.rate": {"above": 0.01}}],
    }

    def proposals(self, space: Space, occasion: Occasion, trials: Sequence[Trial] = ()) -> Iterator[Proposal]:
        looked_at = islice(every_setting(space), None if occasion.most is None else occasion.most + 1)
        return (Proposal(built, occasion.epochs) for built in looked_at if self.allows(built))

    def faults_of(self, space: Space) -> Iterator[Finding]:
        for place in space.opens:
            if place.distribution:
                yield place.path, f"{place.name} is drawn at random, so a grid over it has no end.", WAY_ON


WAY_ON = "Write {random: …, count: 5} for five values, or choose the search random."


def every_setting(space: Space) -> Iterator[Built]:
    """In the document's order, the first open place changing slowest; equal settings come once.

    ValueError for a place with a distribution: that has no end.
    """
    seen: set[str] = set()
    digits: list[int] | None = []
    while digits is not None:
        walk = _Walk(digits)
        built = build(space, walk.choose)
        if built.digest not in seen:
            seen.add(built.digest)
            yield built
        digits = walk.following()


@dataclass
class _Walk:
    """Chooses as the digits say, then the first option of whatever else is open. Remembers what it was asked."""

    digits: list[int]
    asked: list[tuple[int, int]] = field(default_factory=list)

    def choose(self, place: Open) -> int:
        if place.distribution:
            raise ValueError(f"{place.name} is drawn at random, so a grid over it has no end.")
        choice = self.digits[len(self.asked)] if len(self.asked) < len(self.digits) else 0
        self.asked.append((choice, len(place.options)))
        return choice

    def following(self) -> list[int] | None:
        """The digits of the next combination: the last one that can goes up by one. None after the last."""
        for last in range(len(self.asked) - 1, -1, -1):
            choice, options = self.asked[last]
            if choice + 1 < options:
                return [*(digit for digit, _ in self.asked[:last]), choice + 1]
        return None
