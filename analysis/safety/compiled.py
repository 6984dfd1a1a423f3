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
from analysis.safety.intervals import BINARY, EVERYTHING, UNARY, Ends, apply, logarithm
from analysis.safety.terms import Constant, Constraint, Leaf, Node, Operation, Quantity

Step: TypeAlias = tuple[Callable[..., Ends], pulls.Pull, int, int]
"""Forward, backward, and the slots of the operands; -1 for the second of an operation that has one."""


@dataclass(frozen=True, slots=True)
class Slopes:
    """The root's interval, and the derivatives of its upper end by the lower and the upper end of every quantity."""

    root: Ends
    by_lower: list[float]
    by_upper: list[float]


class Compiled:
    """quantities: in the order in which their intervals are given.

    strict: a logarithm of what may be below 0 makes everything possible, so that nothing is shown of a g that may have
    no value at all. Otherwise that part is left out, as the Seldonian Engine does it.
    """

    def __init__(self, root: Node, quantities: Sequence[Quantity], *, strict: bool = False) -> None:
        self.quantities, self._strict = tuple(quantities), strict
        self._constants: list[Ends] = []
        self._steps: list[Step] = []
        self._plan(root)

    @classmethod
    def of(cls, constraint: Constraint, *, strict: bool = False) -> Compiled:
        return cls(constraint.root, constraint.quantities, strict=strict)

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
        lower, upper = [0.0] * len(found), [0.0] * len(found)
        if math.isfinite(found[-1][1]):
            upper[-1] = 1.0
            self._backward(found, lower, upper)
        by_lower, by_upper = lower[:count], upper[:count]
        if not math.isfinite(sum(by_lower) + sum(by_upper)):
            by_lower, by_upper = [_finite(x) for x in by_lower], [_finite(x) for x in by_upper]
        return Slopes(found[-1], by_lower, by_upper)

    def _forward(self, intervals: Sequence[Ends]) -> list[Ends]:
        for lower, upper in intervals:
            if not lower <= upper:
                return [*intervals, EVERYTHING]
        found = [*intervals, *self._constants]
        for forward, _, first, second in self._steps:
            found.append(forward(found[first]) if second < 0 else forward(found[first], found[second]))
        return found

    def _backward(self, found: list[Ends], lower: list[float], upper: list[float]) -> None:
        place = len(found)
        for _, pull, first, second in reversed(self._steps):
            place -= 1
            seeds = lower[place], upper[place]
            if not (seeds[0] or seeds[1]):
                continue
            if second < 0:
                (by_first,) = pull(found[first], found[place], seeds)
            else:
                by_first, by_second = pull(found[first], found[second], found[place], seeds)
                lower[second] += by_second[0]
                upper[second] += by_second[1]
            lower[first] += by_first[0]
            upper[first] += by_first[1]

    def _plan(self, root: Node) -> None:
        """Slots: the quantities, the constants, then one for each step; the last one is the root's."""
        constants: dict[float, int] = {}
        self._collect(root, constants)
        self._constants = [(value, value) for value in constants]
        last = self._place(root, constants)
        if not self._steps:  # a bare quantity or number is a step as well, so that the last slot is always the root's
            self._steps.append((_same, _pull_same, last, -1))

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
        first, second = [*(self._place(operand, constants) for operand in node.operands), -1][:2]
        forward = UNARY[node.operator] if node.operator in UNARY else BINARY[node.operator]
        if self._strict and node.operator == "log":
            forward = _certain_logarithm
        self._steps.append((forward, pulls.PULLS[node.operator], first, second))
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


def _certain_logarithm(a: Ends) -> Ends:
    return logarithm(a) if a[0] >= 0 else EVERYTHING


def _same(a: Ends) -> Ends:
    return a


def _pull_same(a: Ends, root: Ends, seeds: Ends) -> tuple[Ends]:
    return (seeds,)


def _finite(x: float) -> float:
    return x if math.isfinite(x) else 0.0
