"""Which way an operation goes when one of its operands grows, given where the operands can be."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.safety.intervals import Ends

UP, DOWN, EITHER = 1, -1, 0

_ALWAYS = {
    "add": (UP, UP),
    "sub": (UP, DOWN),
    "min": (UP, UP),
    "max": (UP, UP),
    "exp": (UP,),
    "log": (UP,),
}


def engine_directions(operator: str) -> tuple[int, ...]:
    """As the Seldonian Engine takes it: of products, quotients, powers and absolute values it knows no direction."""
    return _ALWAYS.get(operator) or ((EITHER,) if operator == "abs" else (EITHER, EITHER))


def directions(operator: str, within: Sequence[Ends]) -> tuple[int, ...]:
    """For each operand: UP if the result never falls as it grows, DOWN if it never rises, EITHER if it may do both.

    within: where each operand can be. Only what holds everywhere in there counts.
    """
    if operator == "log":
        return (UP if within[0][0] >= 0 else EITHER,)  # below 0 it has no value: both sides must be known
    if operator in _ALWAYS:
        return _ALWAYS[operator]
    if operator == "abs":
        return (sign(within[0]),)
    if operator == "mult":
        return sign(within[1]), sign(within[0])
    if operator == "div":
        return _of_quotient(*within)
    return _of_power(*within)


def sign(a: Ends) -> int:
    """UP if it is never below 0, DOWN if it is never above, EITHER otherwise (or if it is exactly 0)."""
    return (a[0] >= 0) - (a[1] <= 0)


def _of_quotient(a: Ends, b: Ends) -> tuple[int, int]:
    """The divisor has a direction only on one side of 0."""
    return (sign(b), -sign(a)) if sign(b) else (EITHER, EITHER)


def _of_power(a: Ends, b: Ends) -> tuple[int, int]:
    if a[0] >= 0:
        return sign(b), (a[0] >= 1) - (a[1] <= 1)
    whole = b[0] == b[1] and b[0].is_integer()
    if whole and b[0] > 0 and b[0] % 2:
        return UP, EITHER
    if whole and b[0] > 0 and a[1] <= 0:
        return DOWN, EITHER
    return EITHER, EITHER
