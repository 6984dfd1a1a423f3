"""Derivatives of interval arithmetic, backwards: what the ends of a result pass on to the ends of its operands.

Each function is given the operands, then the result, then the seeds: the derivatives of something by the result's
lower and upper end. It returns the derivatives by the two ends of each operand. An end that no operand's end decides
(the 0 of an absolute value across 0, an infinite one) passes nothing on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TypeAlias

from analysis.safety import intervals
from analysis.safety.intervals import Ends

Pull: TypeAlias = Callable[..., tuple[Ends, ...]]
Pair: TypeAlias = tuple[Ends, Ends]

NOTHING: Ends = (0.0, 0.0)


def add(a: Ends, b: Ends, result: Ends, seeds: Ends) -> Pair:
    return seeds, seeds


def subtract(a: Ends, b: Ends, result: Ends, seeds: Ends) -> Pair:
    return seeds, (-seeds[1], -seeds[0])


def multiply(a: Ends, b: Ends, result: Ends, seeds: Ends) -> Pair:
    by_a, by_b = [0.0, 0.0], [0.0, 0.0]
    for side in (0, 1):
        if seed := seeds[side]:
            i, j = _corner(a, b, result[side])
            by_a[i] += seed * b[j]
            by_b[j] += seed * a[i]
    return (by_a[0], by_a[1]), (by_b[0], by_b[1])


def divide(a: Ends, b: Ends, result: Ends, seeds: Ends) -> Pair:
    """Through the product with 1 / b; nothing, where that may be anything."""
    inverse = intervals.reciprocal(b)
    if inverse == intervals.EVERYTHING:
        return NOTHING, NOTHING
    by_a, by_inverse = multiply(a, inverse, result, seeds)
    return by_a, (_through(by_inverse[1], inverse[1]), _through(by_inverse[0], inverse[0]))


def power(a: Ends, b: Ends, result: Ends, seeds: Ends) -> Pair:
    """By the exponent, too, where the base is above 0. Nothing through an infinite end."""
    by_a, by_b = [0.0, 0.0], [0.0, 0.0]
    for end, seed in zip(result, seeds, strict=True):
        if seed and math.isfinite(end) and not (end == 0 and a[0] < 0 < a[1]):
            i, j = _corner_of_power(a, b, end)
            by_a[i] += seed * b[j] * intervals.power_at(a[i], b[j] - 1)
            by_b[j] += seed * end * math.log(a[i]) if a[i] > 0 else 0.0
    return (by_a[0], by_a[1]), (by_b[0], by_b[1])


def minimum(a: Ends, b: Ends, result: Ends, seeds: Ends) -> Pair:
    return _chosen(a[0] <= b[0], a[1] <= b[1], seeds)


def maximum(a: Ends, b: Ends, result: Ends, seeds: Ends) -> Pair:
    return _chosen(a[0] >= b[0], a[1] >= b[1], seeds)


def absolute(a: Ends, result: Ends, seeds: Ends) -> tuple[Ends]:
    if a[0] >= 0:
        return (seeds,)
    if a[1] <= 0:
        return ((-seeds[1], -seeds[0]),)
    return ((-seeds[1], 0.0) if -a[0] >= a[1] else (0.0, seeds[1]),)


def exponential(a: Ends, result: Ends, seeds: Ends) -> tuple[Ends]:
    return ((_times(seeds[0], result[0]), _times(seeds[1], result[1])),)


def logarithm(a: Ends, result: Ends, seeds: Ends) -> tuple[Ends]:
    return ((_over(seeds[0], a[0]), _over(seeds[1], a[1])),)


def _corner(a: Ends, b: Ends, end: float) -> tuple[int, int]:
    """Which ends multiply to it."""
    if a[0] * b[0] == end:
        return 0, 0
    if a[1] * b[1] == end:
        return 1, 1
    return (0, 1) if a[0] * b[1] == end else (1, 0)


def _corner_of_power(a: Ends, b: Ends, end: float) -> tuple[int, int]:
    corners = [(i, j) for i in (0, 1) for j in (0, 1)]
    return min(corners, key=lambda corner: abs(intervals.power_at(a[corner[0]], b[corner[1]]) - end))


def _through(seed: float, inverse: float) -> float:
    """Through x -> 1/x, whose slope is -1/x^2."""
    return -seed * inverse * inverse if seed else 0.0


def _chosen(lower_first: bool, upper_first: bool, seeds: Ends) -> Pair:
    lower, upper = seeds
    first = (lower if lower_first else 0.0, upper if upper_first else 0.0)
    return first, (lower - first[0], upper - first[1])


def _times(seed: float, factor: float) -> float:
    return seed * factor if seed else 0.0


def _over(seed: float, divisor: float) -> float:
    return seed / divisor if divisor > 0 else 0.0


PULLS: Mapping[str, Pull] = {
    "add": add,
    "sub": subtract,
    "mult": multiply,
    "div": divide,
    "pow": power,
    "min": minimum,
    "max": maximum,
    "abs": absolute,
    "exp": exponential,
    "log": logarithm,
}
