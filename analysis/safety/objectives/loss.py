"""The objectives that a document may name: each a frozen dataclass of its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from analysis.learning.components import Real
from analysis.learning.members import Member, Register, takes
from analysis.safety.terms import Array, Regime


@dataclass(frozen=True)
class Loss(Member):
    """`terms.Objective`; a member writes `value` and `slopes`."""

    regimes: ClassVar[frozenset[Regime]]

    penalty: float = takes(
        Real(0), "Times the sum of the squares of all parameters, added to what is minimised: keeps them small.", 0.0
    )

    def value(self, outputs: Array, labels: Array) -> float:
        raise NotImplementedError

    def slopes(self, outputs: Array, labels: Array) -> Array:
        raise NotImplementedError


OBJECTIVES: Register[Loss] = Register("type")
