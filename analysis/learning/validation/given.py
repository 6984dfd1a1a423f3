"""No folds: the data come divided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.running import Fold
from analysis.learning.validation.scheme import SCHEMES, TRAIN, Scheme
from experiments.types import JsonObject

if TYPE_CHECKING:
    from analysis.learning.validation.samples import Parts, Samples


@SCHEMES.register
@dataclass(frozen=True)
class Given(Scheme):
    """No folds: one run per setting, on the parts that the data set itself has. The default."""

    name: ClassVar[str] = "given"
    example: ClassVar[JsonObject] = {"scheme": "given"}

    def folds_to_run(self) -> Iterator[Fold]:
        yield Fold()

    def parts_of(self, fold: Fold) -> tuple[str, ...]:
        return (TRAIN,)

    def divide(self, samples: Samples, fold: Fold) -> Parts:
        import numpy as np

        return {TRAIN: np.arange(samples.n)}
