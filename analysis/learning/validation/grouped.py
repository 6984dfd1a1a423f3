"""k folds of whole groups: patients, sites, sessions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.components import Flag, Text, Whole
from analysis.learning.members import takes
from analysis.learning.running import Fold
from analysis.learning.validation.dealing import deal_groups, deal_groups_stratified, parts_of_fold
from analysis.learning.validation.scheme import SCHEMES, VALIDATION, Scheme
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.learning.validation.samples import Indices, Parts, Samples


@SCHEMES.register
@dataclass(frozen=True)
class Grouped(Scheme):
    """k folds of nearly equal size in which no group is torn apart.

    As many folds as groups leave one group out at a time.
    """

    name: ClassVar[str] = "grouped"
    example: ClassVar[JsonObject] = {"scheme": "grouped", "folds": 5, "groups": "patient"}

    folds: int = takes(Whole(2, 1_000), "How many.", 5)
    groups: str = takes(Text(shortest=1), "Column whose equal values stay together.", "group")
    stratified: bool = takes(Flag(), "Whether classes are spread as evenly as whole groups allow.", False)

    @property
    def held_out_ratio(self) -> float:
        return 1 / (self.folds - 1)

    def folds_to_run(self) -> Iterator[Fold]:
        return (Fold(outer=number) for number in range(self.folds))

    def divide(self, samples: Samples, fold: Fold) -> Parts:
        return parts_of_fold(self._dealt(samples), fold.outer or 0, VALIDATION)

    def _dealt(self, samples: Samples) -> Indices:
        groups = samples.column_codes(self.groups)
        if self.stratified:
            return deal_groups_stratified(groups, samples.codes(), self.folds, seed=self.seed)
        return deal_groups(groups, self.folds, seed=self.seed)
