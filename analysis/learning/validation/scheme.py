"""What every way of holding samples out promises."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.learning.components import Finding, Text, Whole
from analysis.learning.members import Member, Register, takes
from analysis.learning.running import Fold
from analysis.learning.seeds import LARGEST

if TYPE_CHECKING:
    from analysis.learning.validation.samples import Parts, Samples

TRAIN, VALIDATION, TEST = "train", "validation", "test"


@dataclass(frozen=True)
class Scheme(Member):
    """A way of dividing samples, the same for every setting of a batch.

    Pure: the same parameters (the seed is one) and samples give the same parts for ever, whichever fold is asked
    for first.
    """

    seed: int = takes(Whole(0, LARGEST), "From which samples are divided; without one it follows from the batch's.", 0)
    component: str = takes(Text(), "Which component's samples are divided; empty: the only data set.", "")
    split: str = takes(Text(), "Which of its parts is divided; empty: the whole.", "")

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

    @property
    def held_out_ratio(self) -> float | None:
        """Held-out samples for each training one, for intervals over folds; None: there is no interval."""
        return None

    def held_out(self, fold: Fold) -> str:
        """The part whose figures judge a run on this fold: validation; in the outer folds of a nested scheme, test."""
        return VALIDATION if VALIDATION in self.parts_of(fold) else self.parts_of(fold)[-1]


SCHEMES: Register[Scheme] = Register("scheme")


def said_outside(inside: Scheme, at: str) -> Iterator[Finding]:
    """What a scheme within a scheme must leave to the one around it."""
    for name in ("seed", "component", "split"):
        if getattr(inside, name):
            yield (at, name), f"{name} belongs to the scheme around this one.", "Write it there."
