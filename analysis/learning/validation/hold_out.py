"""One part held out, and if wanted another that nobody looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.components import Finding, Flag, Real, Text
from analysis.learning.members import takes
from analysis.learning.running import Fold
from analysis.learning.validation.cutting import cut, cut_groups, cut_stratified
from analysis.learning.validation.scheme import SCHEMES, TEST, TRAIN, VALIDATION, Scheme
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.learning.validation.samples import Indices, Parts, Samples


@SCHEMES.register
@dataclass(frozen=True)
class HoldOut(Scheme):
    """One run per setting; a share of the samples is held out, once.

    Shares are of all samples, rounded down; a part that is asked for has at least one sample. With groups the shares
    are of samples too, as near as whole groups come.
    """

    name: ClassVar[str] = "hold_out"
    example: ClassVar[JsonObject] = {"scheme": "hold_out", "validation": 0.2, "test": 0.1, "stratified": True}

    validation: float = takes(Real(0, 1, above=True, below=True), "Share to judge settings by.", 0.2)
    test: float = takes(Real(0, 1, below=True), "Share that is measured too, but that no choice looks at.", 0.0)
    stratified: bool = takes(Flag(), "Whether every part has each class in the same share.", False)
    groups: str = takes(Text(), "Column whose equal values stay together; empty: none.", "")

    def disagreements(self) -> Iterator[Finding]:
        if self.validation + self.test >= 1:
            yield ("test",), "Nothing is left to train on.", "The two shares together must be below 1."
        if self.stratified and self.groups:
            yield ("stratified",), "Whole groups cannot be stratified here.", "Use the scheme grouped, or drop one."

    @property
    def held_out_ratio(self) -> float:
        return self.validation / (1 - self.validation - self.test)

    def folds_to_run(self) -> Iterator[Fold]:
        yield Fold()

    def parts_of(self, fold: Fold) -> tuple[str, ...]:
        return (TRAIN, VALIDATION, TEST) if self.test else (TRAIN, VALIDATION)

    def divide(self, samples: Samples, fold: Fold) -> Parts:
        import numpy as np

        cut_to = self._cut(samples)
        return {name: np.flatnonzero(cut_to == place) for place, name in enumerate(self.parts_of(fold))}

    def _cut(self, samples: Samples) -> Indices:
        shares = [share for share in (self.validation, self.test) if share]
        if self.groups:
            return cut_groups(samples.column_codes(self.groups), shares, seed=self.seed)
        if self.stratified:
            return cut_stratified(samples.codes(), shares, seed=self.seed)
        return cut(samples.n, shares, seed=self.seed)
