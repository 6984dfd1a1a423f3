"""Settings at random, freely or evenly spread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.learning.components import Whole
from analysis.learning.members import takes
from analysis.learning.search.grid import MOST_SETTINGS
from analysis.learning.search.sampling import draws, spread
from analysis.learning.search.searches import SEARCHES, Occasion, Proposal, Search, Trial
from analysis.learning.search.space import Space
from experiments.types import JsonObject


@SEARCHES.register
@dataclass(frozen=True)
class Random(Search):
    """Settings at random, each sweep's values alike. More samples keep those that were drawn before.

    Bergstra and Bengio (2012).
    """

    name: ClassVar[str] = "random"
    example: ClassVar[JsonObject] = {"kind": "random", "samples": 20}

    samples: int = takes(Whole(1, MOST_SETTINGS), "How many settings; fewer, where there are fewer.", 20)

    def proposals(self, space: Space, occasion: Occasion, trials: Sequence[Trial] = ()) -> Iterator[Proposal]:
        found = draws(space, occasion.enough(self.samples), seed=occasion.seed, label="random", allows=self.allows)
        return (Proposal(built, occasion.epochs) for built in found)


@SEARCHES.register
@dataclass(frozen=True)
class LatinHypercube(Search):
    """Settings at random, but evenly spread: with 20 samples, each twentieth of every range is met once.

    Another number of samples draws all of them anew. McKay, Beckman and Conover (1979).
    """

    name: ClassVar[str] = "latin_hypercube"
    example: ClassVar[JsonObject] = {"kind": "latin_hypercube", "samples": 20}

    samples: int = takes(Whole(1, MOST_SETTINGS), "How many settings; fewer, where there are fewer.", 20)

    def proposals(self, space: Space, occasion: Occasion, trials: Sequence[Trial] = ()) -> Iterator[Proposal]:
        found = spread(space, occasion.enough(self.samples), seed=occasion.seed, allows=self.allows)
        return (Proposal(built, occasion.epochs) for built in found)
