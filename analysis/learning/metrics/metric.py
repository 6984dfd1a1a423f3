"""What every metric promises: figures over all samples of a split at once, never a mean over batches."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from analysis.learning.components import OneOf, Text
from analysis.learning.members import Member, Register, takes
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.generic]
    Reals = NDArray[np.float64]


class Seen(Protocol):
    """What a model said of a whole split.

    targets: shape (n,) of labels or numbers, or (n, k) of numbers. predicted: as the targets. scores: shape (n, k):
    probabilities in the order of ``labels``, or the numbers themselves. labels: () where numbers are predicted.
    """

    @property
    def targets(self) -> Array:
        """What is true."""
        ...

    @property
    def predicted(self) -> Array:
        """What the model would answer."""
        ...

    @property
    def scores(self) -> Array:
        """How sure it is, or the numbers."""
        ...

    @property
    def labels(self) -> tuple[int | float | str | bool, ...]:
        """The classes, one for each column of the scores."""
        ...


Measure = Callable[[Seen], float]


@dataclass(frozen=True)
class Metric(Member):
    """One or several figures. A figure that does not exist, such as an area without negatives, is NaN."""

    more_is_better: ClassVar[bool] = True
    tag: str = takes(Text(100), "What its figure is called; empty: by its kind.", "")

    @abstractmethod
    def figures(self) -> Mapping[str, Measure]:
        """By name; the names do not depend on the samples. A measure raises ValueError where it has no meaning."""


@dataclass(frozen=True)
class OneFigure(Metric):
    """A metric of one figure."""

    def figures(self) -> Mapping[str, Measure]:
        return {self.tag or self.called: self.value}

    @property
    def called(self) -> str:
        """What the figure is called if nobody says."""
        return self.name

    @abstractmethod
    def value(self, seen: Seen) -> float:
        """The figure."""


class Metrics(Register[Metric]):
    """The metrics by name. ``f1_macro`` is short for ``{kind: f1, average: macro}``."""

    def bare_names(self) -> list[str]:
        return [*self.members, *(f"{kind}_{average}" for kind in self.members for average in self._averages(kind))]

    def written(self, value: Json) -> JsonObject:
        written = super().written(value)
        name = str(written.get(self.word, ""))
        kind, _, average = name.rpartition("_")
        if name in self.members or kind not in self.members:
            return written
        if average not in self._averages(kind):
            return written
        return {"average": average, **written, self.word: kind}

    def _averages(self, kind: str) -> list[str]:
        parameter = self.members[kind].parameters().get("average")
        takes = parameter.takes if parameter else None
        return [str(option) for option in takes.options] if isinstance(takes, OneOf) else []


METRICS = Metrics("kind")
AVERAGES = OneOf("macro", "micro", "weighted", "binary")
