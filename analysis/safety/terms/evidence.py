"""What is seen: rows, and the values of one quantity."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from analysis.safety.terms.arrays import Array, Mask
from analysis.safety.terms.regimes import Regime


@dataclass(frozen=True, slots=True)
class Samples:
    """features: (n, d). labels: (n,), classes as whole numbers from 0. groups: name -> (n,) membership.

    names: of the features, if they have some.
    """

    features: Array
    labels: Array
    groups: Mapping[str, Mask] = field(default_factory=dict)
    names: tuple[str, ...] = ()


class Risk(Protocol):
    """A distortion risk measure: low + the integral over x from low to high of weight(P(value > x))."""

    name: ClassVar[str]

    def weight(self, survival: Array) -> Array:
        """Never falling, from 0 at 0 to 1 at 1; the mean's is the survival itself."""
        ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """Values, shape (m,), whose mean is the quantity, or whose `risk`, such as CVaR, the mean of the worst share.

    low, high: the declared range of any one value, infinite where none was declared. rows: of the set they come from.
    binary: declared, not seen: only low and high can occur. independent: False for terms that share a divisor (WIS).
    above: other values for the bound from above, where one set cannot serve both: what is weighted by importance has a
    least value or a largest one, never both. estimate: the quantity's, where it is not the mean of the values. unit:
    how large a usual value is, where the range is open at one end; declared, it makes bets suit, and never valid.
    refused: why these values show nothing, whatever a bound would make of them; empty: they may.
    """

    values: Array
    low: float = -math.inf
    high: float = math.inf
    rows: int = 0
    above: Evidence | None = None
    estimate: float | None = None
    unit: float = 1.0
    binary: bool = False
    independent: bool = True
    risk: Risk | None = None
    refused: str = ""

    def side(self, side: str) -> Evidence:
        """What bounds it from that side, "lower" or "upper": who asks for a bound asks for it of this."""
        return self.above if side == "upper" and self.above is not None else self


class Measure(Protocol):
    """A kind of quantity of supervised learning. outputs: (m,) or (m, classes), of the rows that `rows` keeps."""

    @property
    def name(self) -> str: ...

    @property
    def regimes(self) -> frozenset[Regime]: ...

    @property
    def smooth(self) -> Measure | None:
        """What stands in for it while a candidate is sought, if the measure itself has steps; None: nothing does."""
        ...

    def subscripts(self, regime: Regime) -> int:
        """How many classes the name must be given there: `PR_[1]` has one."""
        ...

    def like(self) -> Evidence:
        """What is declared of its values, without any: their range, infinite where the user has to say it; the risk."""
        ...

    def rows(self, labels: Array, indices: tuple[int, ...]) -> Mask | None:
        """Which rows count, shape (n,); None: all."""
        ...

    def values(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        """One value a row, shape (m,), each an unbiased estimate of the quantity."""
        ...

    def slopes(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        """Derivative of every value by its row's outputs; shape of outputs."""
        ...
