"""Stands in, for a day, for `compiled`, `bounds` and `testing` until they are there; nothing else may import it."""

from __future__ import annotations

import math
import operator as op
from collections.abc import Callable, Mapping

import numpy as np

from analysis.safety.terms import Constant, Evidence, Foresight, Leaf, Node, Prediction, Quantity

Sides = tuple[float, float]


class Tree:
    """Forward intervals and backward slopes of one constraint."""

    def __init__(self, root: Node, quantities: tuple[Quantity, ...]) -> None:
        self.root, self.quantities = root, quantities

    def forward(self, sides: Mapping[Quantity, Sides]) -> Sides:
        return self._of(self.root, sides)

    def backward(self, sides: Mapping[Quantity, Sides]) -> dict[Quantity, Sides]:
        """Of the root's upper end, by (lower, upper) of every quantity: by differences, slow."""
        found = {}
        for quantity in self.quantities:
            slopes = []
            for side in (0, 1):
                ends = []
                for step in (1e-6, -1e-6):
                    moved = dict(sides)
                    pair = list(moved[quantity])
                    pair[side] += step
                    moved[quantity] = (pair[0], pair[1])
                    ends.append(self.forward(moved)[1])
                slopes.append((ends[0] - ends[1]) / 2e-6 if math.isfinite(ends[0] + ends[1]) else 0.0)
            found[quantity] = (slopes[0], slopes[1])
        return found

    def _of(self, node: Node, sides: Mapping[Quantity, Sides]) -> Sides:
        if isinstance(node, Constant):
            return node.value, node.value
        if isinstance(node, Leaf):
            return sides[node.quantity]
        return _operate(node.operator, [self._of(operand, sides) for operand in node.operands])


def _operate(operator: str, operands: list[Sides]) -> Sides:
    (low, high), *rest = operands
    other = rest[0] if rest else (0.0, 0.0)
    corners: dict[str, Callable[[float, float], float]] = {"mult": op.mul, "div": op.truediv, "pow": math.pow}
    if operator == "add":
        return low + other[0], high + other[1]
    if operator == "sub":
        return low - other[1], high - other[0]
    if operator == "abs":
        return (0.0 if low < 0 < high else min(abs(low), abs(high))), max(abs(low), abs(high))
    if operator in ("min", "max"):
        choose = min if operator == "min" else max
        return choose(low, other[0]), choose(high, other[1])
    if operator in corners:
        if operator == "div" and other[0] <= 0 <= other[1]:
            return -math.inf, math.inf
        found = [corners[operator](a, b) for a in (low, high) for b in other]
        return min(found), max(found)
    apply = math.exp if operator == "exp" else math.log
    return apply(low), apply(high)


class Student:
    """Student's t."""

    name = "student_t"
    exact = False

    def refusal(self, evidence: Evidence) -> str | None:
        return None

    def lower(self, evidence: Evidence, *, delta: float) -> float:
        return 2 * float(np.mean(evidence.values)) - self.upper(evidence, delta=delta)

    def upper(self, evidence: Evidence, *, delta: float) -> float:
        n = len(evidence.values)
        if n < 5:
            return math.inf
        sight = self.foresight(side="upper", delta=delta, sizes=(n, n), inflation=1.0, span=(-math.inf, math.inf))
        return sight(float(np.mean(evidence.values)), float(np.std(evidence.values, ddof=1)))[0]

    def foresee(self, evidence: Evidence, *, side: str, delta: float, size: int, inflation: float) -> Prediction:
        raise NotImplementedError

    def foresight(
        self, *, side: str, delta: float, sizes: tuple[int, int], inflation: float, span: tuple[float, float]
    ) -> Foresight:
        from scipy.stats import t

        size = sizes[1]
        factor = inflation * float(t.ppf(1 - delta, size - 1)) / math.sqrt(size) if size > 1 else math.inf
        factor = factor if side == "upper" else -factor
        return lambda mean, deviation: (mean + factor * deviation, 1.0, factor)
