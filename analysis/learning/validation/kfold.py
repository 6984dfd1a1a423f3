"""k folds, each held out once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.parameters import Parameter, Whole, YesNo, must_be
from analysis.learning.running import Fold
from analysis.learning.validation.dealing import deal, deal_stratified, parts_of_fold
from analysis.learning.validation.scheme import COMMON, SCHEMES, VALIDATION, Scheme

if TYPE_CHECKING:
    from analysis.learning.validation.samples import Indices, Parts, Samples


@SCHEMES.register
@dataclass(frozen=True)
class KFold(Scheme):
    """k folds of equal size, each held out once.

    stratified: every fold has each class in the same share. shuffle: false takes the samples in their order, in blocks.
    """

    name: ClassVar[str] = "kfold"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "folds": Whole(2, 1_000),
        "stratified": YesNo(),
        "shuffle": YesNo(),
        **COMMON,
    }
    example: ClassVar[Mapping[str, object]] = {"scheme": "kfold", "folds": 5, "stratified": True}

    folds: int = 5
    stratified: bool = False
    shuffle: bool = True
    seed: int = 0
    component: str = ""
    split: str = ""

    def check(self, path: str) -> None:
        if self.stratified and not self.shuffle:
            raise must_be(f"{path}.shuffle", "true where stratified is true", self.shuffle)

    def folds_to_run(self) -> Iterator[Fold]:
        return (Fold(outer=number) for number in range(self.folds))

    def divide(self, samples: Samples, fold: Fold) -> Parts:
        return parts_of_fold(self._dealt(samples), fold.outer or 0, VALIDATION)

    def _dealt(self, samples: Samples) -> Indices:
        if self.stratified:
            return deal_stratified(samples.codes(), self.folds, seed=self.seed)
        return deal(samples.n, self.folds, seed=self.seed if self.shuffle else None)
