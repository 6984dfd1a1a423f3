"""No folds: the data come divided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.parameters import Parameter
from analysis.learning.running import Fold
from analysis.learning.validation.scheme import COMMON, SCHEMES, TRAIN, Scheme

if TYPE_CHECKING:
    from analysis.learning.validation.samples import Parts, Samples


@SCHEMES.register
@dataclass(frozen=True)
class Given(Scheme):
    """One run per setting, on the parts that the data set itself has. A document without ``validation`` means this."""

    name: ClassVar[str] = "given"
    parameters: ClassVar[Mapping[str, Parameter]] = COMMON
    example: ClassVar[Mapping[str, object]] = {"scheme": "given"}

    seed: int = 0
    component: str = ""
    split: str = ""

    def folds_to_run(self) -> Iterator[Fold]:
        yield Fold()

    def parts_of(self, fold: Fold) -> tuple[str, ...]:
        return (TRAIN,)

    def divide(self, samples: Samples, fold: Fold) -> Parts:
        import numpy as np

        return {TRAIN: np.arange(samples.n)}
