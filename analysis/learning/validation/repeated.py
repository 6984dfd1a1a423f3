"""A scheme, several times over, from other seeds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.components import Finding, Whole
from analysis.learning.members import takes
from analysis.learning.running import Fold
from analysis.learning.seeds import child_seed
from analysis.learning.validation.kfold import KFold
from analysis.learning.validation.scheme import SCHEMES, Scheme, said_outside
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.learning.validation.samples import Parts, Samples

UNREPEATABLE = ("nested", "repeated", "given", "predefined", "time_series")


@SCHEMES.register
@dataclass(frozen=True)
class Repeated(Scheme):
    """Another scheme several times, each time from a seed of its own.

    Folds are numbered through: of 5 folds repeated 3 times, 5 to 9 are the second time. Figures of one sample's folds
    depend on each other the more, the more often they are repeated: the interval shown takes that into account.
    """

    name: ClassVar[str] = "repeated"
    example: ClassVar[JsonObject] = {"scheme": "repeated", "times": 3, "of": {"scheme": "kfold", "folds": 5}}

    times: int = takes(Whole(2, 1_000), "How often.", 2)
    of: Scheme = takes(SCHEMES.inside, "What is repeated.", KFold(), written={"scheme": "kfold"})

    def disagreements(self) -> Iterator[Finding]:
        if self.of.name in UNREPEATABLE:
            hint = "Repeat hold_out, kfold or grouped."
            yield ("of",), f"The scheme {self.of.name} cannot be repeated.", hint
        yield from said_outside(self.of, "of")

    @property
    def held_out_ratio(self) -> float | None:
        return self.of.held_out_ratio

    def folds_to_run(self) -> Iterator[Fold]:
        return (Fold(outer=number) for number in range(self.times * self._folds_each()))

    def parts_of(self, fold: Fold) -> tuple[str, ...]:
        return self.of.parts_of(fold)

    def divide(self, samples: Samples, fold: Fold) -> Parts:
        time, within = divmod(fold.outer or 0, self._folds_each())
        scheme = replace(self.of, seed=child_seed(self.seed, "time", time))
        return scheme.divide(samples, Fold(outer=within))

    def _folds_each(self) -> int:
        return len(list(self.of.folds_to_run()))
