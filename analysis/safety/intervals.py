"""Arithmetic of intervals: what an expression may be, if each operand may be anywhere in its own.

An interval is a pair (lower, upper); either may be infinite. Every function encloses all values that the operation
takes where it is defined, as tightly as the corners allow, and gives (-inf, inf) if it is defined nowhere or meets what
is not a number. An infinite end stands for "as large as you like", never for a number: 0 times it is 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TypeAlias

Ends: TypeAlias = tuple[float, float]

EVERYTHING: Ends = (-math.inf, math.inf)


def known(a: Ends) -> bool:
    """Whether both ends are numbers (or infinite), in order."""
    return a[0] <= a[1]


def add(a: Ends, b: Ends) -> Ends:
    """Everything, where infinite ends of opposite sign meet."""
    lower, upper = a[0] + b[0], a[1] + b[1]
    return (lower, upper) if lower <= upper else EVERYTHING


def subtract(a: Ends, b: Ends) -> Ends:
    """As `add`."""
    lower, upper = a[0] - b[1], a[1] - b[0]
    return (lower, upper) if lower <= upper else EVERYTHING


def multiply(a: Ends, b: Ends) -> Ends:
    """The least and the largest product of two ends."""
    if not (known(a) and known(b)):
        return EVERYTHING
    corners = a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]
    lower, upper = min(corners), max(corners)
    if not math.isfinite(upper - lower):
        corners = _product(a[0], b[0]), _product(a[0], b[1]), _product(a[1], b[0]), _product(a[1], b[1])
        return min(corners), max(corners)
    return lower, upper


def divide(a: Ends, b: Ends) -> Ends:
    """Everything, if the divisor may be on either side of 0."""
    inverse = reciprocal(b)
    return EVERYTHING if inverse == EVERYTHING else multiply(a, inverse)


def reciprocal(b: Ends) -> Ends:
    """1 / b; everything, if b may be on either side of 0, and infinite at an end that is 0."""
    if not known(b) or b[0] < 0 < b[1] or b == (0, 0):
        return EVERYTHING
    lower = 1 / b[1] if b[1] else -math.inf
    upper = 1 / b[0] if b[0] else math.inf
    return lower, upper


def power(a: Ends, b: Ends) -> Ends:
    """A base below 0 has powers only for one whole exponent; else everything."""
    if not (known(a) and known(b)):
        return EVERYTHING
    if a[0] >= 0:
        corners = [power_at(x, y) for x in a for y in b]
        return _checked(min(corners), max(corners))
    if b[0] == b[1] and b[0].is_integer():
        return _whole_power(a, int(b[0]))
    return EVERYTHING


def minimum(a: Ends, b: Ends) -> Ends:
    if not (known(a) and known(b)):
        return EVERYTHING
    return min(a[0], b[0]), min(a[1], b[1])


def maximum(a: Ends, b: Ends) -> Ends:
    if not (known(a) and known(b)):
        return EVERYTHING
    return max(a[0], b[0]), max(a[1], b[1])


def absolute(a: Ends) -> Ends:
    """From 0, where a may be on either side of it."""
    if not known(a):
        return EVERYTHING
    sizes = abs(a[0]), abs(a[1])
    return (0.0 if a[0] < 0 < a[1] else min(sizes)), max(sizes)


def exponential(a: Ends) -> Ends:
    return (_exp(a[0]), _exp(a[1])) if known(a) else EVERYTHING


def logarithm(a: Ends) -> Ends:
    """Of the part that is not below 0."""
    if not known(a) or a[1] < 0:
        return EVERYTHING
    return _log(a[0]), _log(a[1])


def _checked(lower: float, upper: float) -> Ends:
    return (lower, upper) if lower <= upper else EVERYTHING


def _product(x: float, y: float) -> float:
    return x * y if x and y else 0.0


def power_at(x: float, y: float) -> float:
    """x to the y; infinite where it grows without limit (0 to the -1); x below 0 only with a whole y."""
    if not x and y < 0:
        return math.inf
    try:
        return math.pow(x, y)
    except OverflowError:
        return math.inf


def _whole_power(a: Ends, exponent: int) -> Ends:
    if exponent < 0:
        return reciprocal(_whole_power(a, -exponent))
    sizes = power_at(abs(a[0]), exponent), power_at(abs(a[1]), exponent)
    if exponent % 2:
        return math.copysign(sizes[0], a[0]), math.copysign(sizes[1], a[1])
    if exponent == 0:
        return 1.0, 1.0
    return (0.0 if a[0] < 0 < a[1] else min(sizes)), max(sizes)


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf


BINARY: Mapping[str, Callable[[Ends, Ends], Ends]] = {
    "add": add,
    "sub": subtract,
    "mult": multiply,
    "div": divide,
    "pow": power,
    "min": minimum,
    "max": maximum,
}
UNARY: Mapping[str, Callable[[Ends], Ends]] = {"abs": absolute, "exp": exponential, "log": logarithm}


def apply(operator: str, operands: list[Ends]) -> Ends:
    """What the operation of a tree gives. operator: as `terms.Operation` names it."""
    if operator in UNARY:
        return UNARY[operator](*operands)
    return BINARY[operator](*operands)
