"""Operations as they are put together, refused where no data could ever give them a value."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.safety import intervals
from analysis.safety.constraints.errors import ConstraintError, Span
from analysis.safety.terms import Node, Operation


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the text, understood. value: of an expression of constants alone.

    negated: a minus stands before it; bare: it is a conditional without parentheses.
    """

    node: Node
    span: Span
    value: float | None = None
    negated: bool = False
    bare: bool = False


def operation(text: str, operator: str, operands: list[Part], span: Span) -> Part:
    """ConstraintError for a division by 0, a power of what is not above 0, or constants that give no number."""
    if operator == "div" and operands[1].value == 0:
        raise ConstraintError(text, operands[1].span, "Here is divided by 0.")
    if operator == "pow" and operands[1].value is None and (base := operands[0].value) is not None and base <= 0:
        raise ConstraintError(text, operands[0].span, f"{base:g} has no power that is a number for every exponent.")
    node = Operation(operator, tuple(operand.node for operand in operands))
    values = [operand.value for operand in operands if operand.value is not None]
    if len(values) < len(operands):
        return Part(node, span)
    return Part(node, span, _value(text, operator, values, span))


def _value(text: str, operator: str, values: list[float], span: Span) -> float:
    lower, upper = intervals.apply(operator, [(value, value) for value in values])
    if not (math.isfinite(lower) and math.isfinite(upper)):
        raise ConstraintError(text, span, f"`{text[span.start : span.end]}` is not a finite number.")
    return lower
