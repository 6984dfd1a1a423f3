"""How sure one is: bounds, what is foreseen of them, and a constraint as it is tested."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, TypeAlias

from analysis.safety.terms.arrays import Array
from analysis.safety.terms.constraints import Budget, Constraint, Quantity
from analysis.safety.terms.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Prediction:
    """A bound as candidate selection foresees it, and its derivative by every value, shape (m,)."""

    bound: float
    slopes: Array


class Bound(Protocol):
    """A one-sided confidence bound on the quantity behind evidence.

    Every side may be wrong with probability at most delta. exact: True if that is a theorem for independent values of
    the declared range; False: approximate, and said so wherever it is shown. Too few values, or none finite: infinite.
    """

    name: ClassVar[str]
    exact: ClassVar[bool]

    def chosen(self, evidence: Evidence) -> Bound:
        """Which bound serves here: itself, but for `auto`. It looks at what is declared, never at the values."""
        ...

    def refusal(self, evidence: Evidence) -> str | None:
        """Why it cannot serve here, in a sentence; None: it can."""
        ...

    def warning(self, evidence: Evidence) -> str | None:
        """What makes it doubtful here, in a sentence, although it serves; None: nothing."""
        ...

    def lower(self, evidence: Evidence, *, delta: float) -> float: ...

    def upper(self, evidence: Evidence, *, delta: float) -> float: ...

    def foresee(self, evidence: Evidence, *, side: str, delta: float, size: int, inflation: float) -> Prediction:
        """What the safety test will say of `size` values like these: smooth in the values, wider by `inflation`.

        side: "lower" or "upper".
        """
        ...


Foresight: TypeAlias = Callable[[float, float], tuple[float, float, float]]
"""(mean, deviation) of the values -> the foreseen bound, its derivative by the mean, and by the deviation.

The deviation divides by n - 1.
"""


class MomentBound(Bound, Protocol):
    """A bound that foresees from mean and deviation alone: one pass over the rows serves any number of quantities."""

    def foresight(
        self, *, side: str, delta: float, sizes: tuple[int, int], inflation: float, span: tuple[float, float]
    ) -> Foresight:
        """Everything that does not depend on the values, done once.

        sizes: how many values are seen now, and how many the safety test will have. span: the declared range.
        """
        ...


@dataclass(frozen=True, slots=True)
class Demand:
    """A constraint as it is tested: how its delta is shared out, which bound each quantity gets, and its range."""

    constraint: Constraint
    budget: Budget
    bounds: Mapping[Quantity, Bound]
    ranges: Mapping[Quantity, tuple[float, float]] = field(default_factory=dict)
