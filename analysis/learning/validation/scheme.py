"""What every way of holding samples out promises."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.learning.kinds import Kind, Register
from analysis.learning.parameters import Parameter, Text, Whole
from analysis.learning.running import Fold
from analysis.learning.seeds import LARGEST

if TYPE_CHECKING:
    from analysis.learning.validation.samples import Parts, Samples

TRAIN, VALIDATION, TEST = "train", "validation", "test"

# Parameters of every scheme. component and split say what is divided: "" is the document's only data set, whole.
COMMON: dict[str, Parameter] = {"seed": Whole(0, LARGEST), "component": Text(), "split": Text()}


class Scheme(Kind):
    """A way of dividing samples, the same for every setting of a batch.

    Pure: the same parameters (the seed is one) and samples give the same parts for ever, whichever fold is asked
    for first. A scheme that divides by chance has a ``seed``; see ``settled``.
    """

    seed: int
    component: str
    split: str

    @abstractmethod
    def folds_to_run(self) -> Iterator[Fold]:
        """Every fold that a setting is run on, in the order in which runs are numbered."""

    def parts_of(self, fold: Fold) -> tuple[str, ...]:
        """The names of the parts that ``divide`` gives for this fold."""
        return TRAIN, VALIDATION

    @abstractmethod
    def divide(self, samples: Samples, fold: Fold) -> Parts:
        """Which samples train and which are held out. No sample is in two parts.

        ValueError if the samples cannot be divided so: too few, no labels, no such column.
        """

    def held_out(self, fold: Fold) -> str:
        """The part whose figures judge a run on this fold: validation; in the outer folds of a nested scheme, test."""
        return VALIDATION if VALIDATION in self.parts_of(fold) else self.parts_of(fold)[-1]


SCHEMES: Register[Scheme] = Register("scheme")
