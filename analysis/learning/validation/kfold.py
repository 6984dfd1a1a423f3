"""k folds, each held out once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.components import Finding, Flag, Whole
from analysis.learning.members import takes
from analysis.learning.running import Fold
from analysis.learning.validation.dealing import deal, deal_stratified, parts_of_fold
from analysis.learning.validation.scheme import SCHEMES, VALIDATION, Scheme
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.learning.validation.samples import Indices, Parts, Samples


@SCHEMES.register
@dataclass(frozen=True)
class KFold(Scheme):
    """k folds of equal size, each held out once."""

    name: ClassVar[str] = "kfold"
    example: ClassVar[JsonObject] = {"scheme": "kfold", "folds": 5, "stratified": True}

    folds: int = takes(Whole(2, 1_000), "How many.", 5)
    stratified: bool = takes(Flag(), "Whether every fold has each class in the same share.", False)
    shuffle: bool = takes(Flag(), "False: blocks of samples as they come.", True)

    def disagreements(self) -> Iterator[Finding]:
        if self.stratified and not self.shuffle:
            yield ("shuffle",), "Stratified folds are always shuffled.", "Remove shuffle, or set stratified to false."

    @property
    def held_out_ratio(self) -> float:
        return 1 / (self.folds - 1)

    def folds_to_run(self) -> Iterator[Fold]:
        return (Fold(outer=number) for number in range(self.folds))

    def divide(self, samples: Samples, fold: Fold) -> Parts:
        return parts_of_fold(self._dealt(samples), fold.outer or 0, VALIDATION)

    def _dealt(self, samples: Samples) -> Indices:
        if self.stratified:
            return deal_stratified(samples.codes(), self.folds, seed=self.seed)
        return deal(samples.n, self.folds, seed=self.seed if self.shuffle else None)
