"""What a measure may be besides, so that a search passes over the rows once for all of them together."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from analysis.safety.terms import Array


@dataclass(frozen=True, slots=True)
class Line:
    """A value that is offset + scale * the output, or * the output's column where there are several classes."""

    scale: float = 1.0
    offset: float = 0.0
    column: int = 0


class Affine(ABC):
    """A measure whose value is a line of the output, the same one for all rows of a label."""

    @abstractmethod
    def lines(self, indices: tuple[int, ...], classes: int) -> Line | list[Line]:
        """One for every row, or one for each label, in the order of the classes."""


class Everywhere(ABC):
    """A measure of one row at a time whose values may be asked of every row, also of those that do not count."""

    @abstractmethod
    def values(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array: ...
