"""The tree of a constraint as a list of steps: intervals of its quantities forward, slopes of g's upper end backward.

Compiled once, asked thousands of times while a candidate is sought. The slopes are exact wherever there is a slope;
where two corners tie, one of them is followed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from analysis.safety import pulls
from analysis.safety.constraints.tree import is_constant
from analysis.safety.intervals import BINARY, EVERYTHING, UNARY, Ends, apply
from analysis.safety.terms import Constant, Constraint, Leaf, Node, Operation, Quantity

Step: TypeAlias = tuple[Callable[..., Ends], pulls.Pull, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Slopes:
    """The root's interval, and the derivatives of its upper end by the lower and the upper end of every quantity."""

    root: Ends
    by_lower: list[float]
    by_upper: list[float]


class Compiled:
    """quantities: in the order in which their intervals are given."""

    def __init__(self, root: Node, quantities: Sequence[Quantity]) -> None:
        self.quantities = tuple(quantities)
        self._constants: list[Ends] = []
        self._steps: list[Step] = []
        self._plan(root)

    @classmethod
    def of(cls, constraint: Constraint) -> Compiled:
        return cls(constraint.root, constraint.quantities)

    def bounds(self, intervals: Sequence[Ends]) -> Ends:
        """Of g. Everything, if any end that is given is not a number."""
        return self._forward(intervals)[-1]

    def value(self, values: Sequence[float]) -> float:
        """g at a point; not a number where it has no value there."""
        lower, upper = self.bounds([(value, value) for value in values])
        return lower if lower == upper else math.nan

    def slopes(self, intervals: Sequence[Ends]) -> Slopes:
        """All slopes are 0 where the upper end is not finite."""
        found = self._forward(intervals)
        count = len(self.quantities)
        if not math.isfinite(found[-1][1]):
            return Slopes(found[-1], [0.0] * count, [0.0] * count)
        lower, upper = [0.0] * len(found), [0.0] * len(found)
        upper[-1] = 1.0
        self._backward(found, lower, upper)
        return Slopes(found[-1], [_finite(x) for x in lower[:count]], [_finite(x) for x in upper[:count]])

    def _forward(self, intervals: Sequence[Ends]) -> list[Ends]:
        for lower, upper in intervals:
            if not lower <= upper:
                return [*intervals, EVERYTHING]
        found = [*intervals, *self._constants]
        for forward, _, operands in self._steps:
            found.append(forward(*[found[operand] for operand in operands]))
        return found

    def _backward(self, found: list[Ends], lower: list[float], upper: list[float]) -> None:
        place = len(found) - 1
        for _, pull, operands in reversed(self._steps):
            seeds = lower[place], upper[place]
            if seeds != (0.0, 0.0):
                pulled = pull(*[found[operand] for operand in operands], found[place], seeds)
                for operand, (by_lower, by_upper) in zip(operands, pulled, strict=True):
                    lower[operand] += by_lower
                    upper[operand] += by_upper
            place -= 1

    def _plan(self, root: Node) -> None:
        """Slots: the quantities, the constants, then one for each step; the last one is the root's."""
        constants: dict[float, int] = {}
        self._collect(root, constants)
        self._constants = [(value, value) for value in constants]
        last = self._place(root, constants)
        if not self._steps:  # a bare quantity or number is a step as well, so that the last slot is always the root's
            self._steps.append((_same, _pull_same, (last,)))

    def _collect(self, node: Node, constants: dict[float, int]) -> None:
        if is_constant(node):
            constants.setdefault(_value(node), len(self.quantities) + len(constants))
        elif isinstance(node, Operation):
            for operand in node.operands:
                self._collect(operand, constants)

    def _place(self, node: Node, constants: dict[float, int]) -> int:
        if is_constant(node):
            return constants[_value(node)]
        if isinstance(node, Leaf):
            return self.quantities.index(node.quantity)
        assert isinstance(node, Operation)  # noqa: S101 - a constant or a leaf has returned
        operands = tuple(self._place(operand, constants) for operand in node.operands)
        forward = UNARY[node.operator] if node.operator in UNARY else BINARY[node.operator]
        self._steps.append((forward, pulls.PULLS[node.operator], operands))
        return len(self.quantities) + len(constants) + len(self._steps) - 1


def _value(node: Node) -> float:
    """Of an expression of constants."""
    if isinstance(node, Constant):
        return node.value
    return _ends(node)[0]


def _ends(node: Node) -> Ends:
    if isinstance(node, Operation):
        return apply(node.operator, [_ends(operand) for operand in node.operands])
    return (node.value, node.value) if isinstance(node, Constant) else EVERYTHING


def _same(a: Ends) -> Ends:
    return a


def _pull_same(a: Ends, root: Ends, seeds: Ends) -> tuple[Ends]:
    return (seeds,)


def _finite(x: float) -> float:
    return x if math.isfinite(x) else 0.0
