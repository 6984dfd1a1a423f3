"""Folds that the data come with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.components import Text, Whole
from analysis.learning.members import takes
from analysis.learning.running import Fold
from analysis.learning.validation.dealing import parts_of_fold
from analysis.learning.validation.scheme import SCHEMES, VALIDATION, Scheme
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.learning.validation.samples import Parts, Samples


@SCHEMES.register
@dataclass(frozen=True)
class Predefined(Scheme):
    """A column says which fold each sample belongs to: each of its values, in sorted order, is held out once."""

    name: ClassVar[str] = "predefined"
    example: ClassVar[JsonObject] = {"scheme": "predefined", "column": "fold", "folds": 10}

    column: str = takes(Text(shortest=1), "The column.", "fold")
    folds: int = takes(Whole(2, 1_000), "How many different values it has.", 5)

    @property
    def held_out_ratio(self) -> float:
        return 1 / (self.folds - 1)

    def folds_to_run(self) -> Iterator[Fold]:
        return (Fold(outer=number) for number in range(self.folds))

    def divide(self, samples: Samples, fold: Fold) -> Parts:
        codes = samples.column_codes(self.column)
        found = int(codes.max(initial=-1)) + 1
        if found != self.folds:
            raise ValueError(f"folds must be {found}, the different values of {self.column}, not {self.folds}.")
        return parts_of_fold(codes, fold.outer or 0, VALIDATION)
