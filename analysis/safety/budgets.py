"""Which sides of each quantity a constraint needs bounded, and how its delta is divided between them.

A side is needed if the upper bound of g may depend on it. Here that is read from the tree and from what each quantity
can be at all: twice a rate needs one side of it, a ratio of two rates the upper of one and the lower of the other. The
Seldonian Engine asks for both sides below every product, quotient, power and absolute value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.safety import monotone
from analysis.safety.constraints.tree import enclosures
from analysis.safety.intervals import EVERYTHING, Ends
from analysis.safety.terms import Budget, Constraint, Interval, Leaf, Mode, Node, Operation, Quantity, Share

Ranges = Mapping[Quantity, Ends]


@dataclass(frozen=True, slots=True)
class Sides:
    """Which sides of a quantity have to be bounded from data."""

    lower: bool = False
    upper: bool = False

    @property
    def count(self) -> int:
        return self.lower + self.upper

    def with_(self, other: Sides) -> Sides:
        return Sides(self.lower or other.lower, self.upper or other.upper)


def sides_wanted(root: Node, *, ranges: Ranges | None = None, mode: Mode = Mode.DEFAULT) -> list[tuple[Node, Sides]]:
    """Every node, a parent before its children, with the sides of it that the upper bound of g may depend on."""
    enclosed = enclosures(root, ranges or {}) if mode == Mode.DEFAULT else {}
    found: list[tuple[Node, Sides]] = []
    waiting: list[tuple[Node, Sides]] = [(root, Sides(upper=True))]
    while waiting:
        node, wanted = waiting.pop()
        found.append((node, wanted))
        if isinstance(node, Operation):
            waiting.extend(reversed(_below(node, wanted, enclosed)))
    return found


def sides_needed(root: Node, *, ranges: Ranges | None = None, mode: Mode = Mode.DEFAULT) -> dict[Quantity, Sides]:
    """Over all occurrences of each quantity together, in their order.

    ranges: what the mean of each quantity can be at all; a side that is not needed may be taken from there (`filled`).
    """
    found: dict[Quantity, Sides] = {}
    for node, wanted in sides_wanted(root, ranges=ranges, mode=mode):
        if isinstance(node, Leaf):
            found[node.quantity] = found.get(node.quantity, Sides()).with_(wanted)
    return found


def _below(node: Operation, wanted: Sides, enclosed: Mapping[int, Ends]) -> list[tuple[Node, Sides]]:
    """What each operand has to give."""
    within = [enclosed.get(id(operand), EVERYTHING) for operand in node.operands]
    directions = monotone.directions(node.operator, within) if enclosed else monotone.engine_directions(node.operator)
    return [(operand, _turned(wanted, way)) for operand, way in zip(node.operands, directions, strict=True)]


def _turned(wanted: Sides, direction: int) -> Sides:
    if direction > 0:
        return wanted
    if direction < 0:
        return Sides(wanted.upper, wanted.lower)
    return Sides(True, True)


@dataclass(frozen=True, slots=True)
class Division:
    """How delta is divided, and what candidate selection multiplies widths by.

    Vectors have one number for each needed side, in the order of the quantities, lower before upper. deltas: what each
    may spend, at most delta together. logits: the same as exp(v) / sum of exp(v) of delta, as the Seldonian Engine's
    "manual" vectors are. Neither: each quantity the same, halved where both sides are needed.
    """

    deltas: Sequence[float] | None = None
    logits: Sequence[float] | None = None
    inflation: float | Sequence[float] = 2.0


def divide(delta: float, sides: Mapping[Quantity, Sides], division: Division = Division()) -> Budget:
    """ValueError for a vector of the wrong length or with numbers that are no shares."""
    slots = [(quantity, side) for quantity, wanted in sides.items() for side in _named(wanted)]
    spent = dict(zip(slots, _shares(delta, sides, len(slots), division), strict=True))
    widened = dict(zip(slots, _inflations(len(slots), division.inflation), strict=True))
    return {
        quantity: Share(
            spent.get((quantity, "lower")),
            spent.get((quantity, "upper")),
            widened.get((quantity, "lower"), 2.0),
            widened.get((quantity, "upper"), 2.0),
        )
        for quantity in sides
    }


def budget_of(
    constraint: Constraint,
    *,
    ranges: Ranges | None = None,
    mode: Mode = Mode.DEFAULT,
    division: Division = Division(),
) -> Budget:
    """What every side of every quantity of a constraint may spend."""
    return divide(constraint.delta, sides_needed(constraint.root, ranges=ranges, mode=mode), division)


def _named(wanted: Sides) -> list[str]:
    return [side for side, needed in (("lower", wanted.lower), ("upper", wanted.upper)) if needed]


def _shares(delta: float, sides: Mapping[Quantity, Sides], count: int, division: Division) -> list[float]:
    if division.deltas is not None and division.logits is not None:
        raise ValueError("delta is divided by deltas or by logits, not by both.")
    if division.deltas is not None:
        return _real(delta, _vector("deltas", division.deltas, count))
    if division.logits is not None:
        return _softmax(delta, _vector("logits", division.logits, count))
    return [delta / len(sides) / wanted.count for wanted in sides.values() for _ in range(wanted.count)]


def _vector(name: str, values: object, count: int) -> list[float]:
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise ValueError(f"{name} is {values!r}; it must be a list of {count} numbers.")
    if len(values) != count:
        raise ValueError(f"{name} has {len(values)} numbers; {count} bounds need one each.")
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        raise ValueError(f"{name} is {values!r}; it must be a list of {count} numbers.")
    if not all(math.isfinite(value) for value in values):
        raise ValueError(f"{name} is {values!r}; every number must be finite.")
    return [float(value) for value in values]


def _real(delta: float, values: list[float]) -> list[float]:
    if min(values) <= 0:
        raise ValueError(f"deltas are {values!r}; each must be above 0.")
    if math.fsum(values) > delta * (1 + 1e-9):
        raise ValueError(f"deltas are {values!r}, {math.fsum(values):g} together; at most {delta:g} may be spent.")
    return values


def _softmax(delta: float, values: list[float]) -> list[float]:
    highest = max(values)
    weights = [math.exp(value - highest) for value in values]
    shares = [delta * weight / math.fsum(weights) for weight in weights]
    if min(shares) <= 0:
        raise ValueError(f"logits are {values!r}; they leave nothing of delta to one of the bounds.")
    return shares


def _inflations(count: int, inflation: float | Sequence[float]) -> list[float]:
    alike = isinstance(inflation, int | float) and not isinstance(inflation, bool)
    values = _vector("inflation", [inflation] * count if alike else inflation, count)
    if min(values, default=0) < 0:
        raise ValueError(f"inflation is {inflation!r}; it must not be below 0.")
    return values


def together(deltas: Sequence[float], overall: float | None) -> tuple[float, ...]:
    """Deltas of several constraints, so that the chance that any of them fails is at most `overall` (union bound).

    None of them grows: each constraint keeps its own promise as well. ValueError for an overall delta outside (0, 1).
    """
    if overall is None:
        return tuple(deltas)
    if not 0 < overall < 1:
        raise ValueError(f"overall delta is {overall!r}; it must be above 0 and below 1.")
    if math.fsum(deltas) <= overall:
        return tuple(deltas)
    return tuple(delta * (overall / math.fsum(deltas)) for delta in deltas)


def filled(interval: Interval, share: Share, within: Ends) -> Interval:
    """With the ends of the declared range for a side that nothing was spent on, and never beyond the range.

    A needed side that is not finite says that the data say nothing: then nothing is filled in, both sides are infinite.
    """
    lower, upper = interval.lower, interval.upper
    spent = [side for side, delta in ((lower, share.delta_lower), (upper, share.delta_upper)) if delta is not None]
    if not all(math.isfinite(side) for side in spent):
        return Interval()
    found = Interval(
        within[0] if share.delta_lower is None else max(lower, within[0]),
        within[1] if share.delta_upper is None else min(upper, within[1]),
    )
    return found if found.lower <= found.upper else Interval()
