"""What is demanded: g(theta) <= 0 as a tree over quantities, and how its delta is shared out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is bounded from data: a measure, of a class or a pair of classes, over the rows in all of `where`."""

    measure: str
    indices: tuple[int, ...] = ()
    where: tuple[str, ...] = ()

    def __str__(self) -> str:
        subscript = f"_[{','.join(map(str, self.indices))}]" if self.indices else ""
        condition = f" | [{','.join(self.where)}]" if self.where else ""
        return f"{self.measure}{subscript}{condition}"


@dataclass(frozen=True, slots=True)
class Constant:
    """A number of the constraint's text."""

    value: float


@dataclass(frozen=True, slots=True)
class Leaf:
    """An occurrence of a quantity; the same quantity may occur more than once, and is bounded once."""

    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Operation:
    """operator: add, sub, mult, div, pow, min, max (two operands), abs, exp, log (one)."""

    operator: str
    operands: tuple[Constant | Leaf | Operation, ...]


Node: TypeAlias = Constant | Leaf | Operation


@dataclass(frozen=True, slots=True)
class Constraint:
    """g <= 0 is wanted, with probability 1 - delta. normalised: the text after everything moved to g's side."""

    text: str
    normalised: str
    root: Constant | Leaf | Operation
    delta: float
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """lower <= upper, either may be infinite; not a number is never inside one: who meets it makes both infinite."""

    lower: float = -math.inf
    upper: float = math.inf


@dataclass(frozen=True, slots=True)
class Share:
    """How much of delta each side of a quantity may spend; None: that side is not needed.

    inflation: what candidate selection multiplies the width of the predicted bound by.
    """

    delta_lower: float | None = None
    delta_upper: float | None = None
    inflation_lower: float = 2.0
    inflation_upper: float = 2.0


Budget: TypeAlias = Mapping[Quantity, Share]
