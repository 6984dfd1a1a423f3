"""What can be said of a constraint before any data: that it always holds, never can, or asks what no data show."""

from __future__ import annotations

import math
from collections.abc import Iterator

from analysis.safety.budgets import Ranges
from analysis.safety.constraints.tree import enclosures, preorder
from analysis.safety.intervals import EVERYTHING, Ends
from analysis.safety.terms import Constraint, Leaf, Operation

ALWAYS = "This holds whatever the model does (g is never above {upper:.4g}): is the limit what you mean?"
NEVER = "No model can meet this: g is never below {lower:.4g}, and must be at most 0."
EXACT = "g is never below 0, so only exact equality meets this, and no data show that: allow some room."
EITHER = "The divisor may be on either side of 0; unless the data keep it off 0, there is no bound."
UNBASED = "The base of the power may be below 0, where it has none; unless the data keep it above, there is no bound."
UNLOGGED = "The logarithm may be of what is not above 0, where it has none."
PERCENT = "Rates are shares between 0 and 1: write {share:g} for {limit:g} %."


def remarks(constraint: Constraint, ranges: Ranges) -> tuple[str, ...]:
    """ranges: what the mean of each quantity can be at all."""
    enclosed = enclosures(constraint.root, ranges)
    found = [*_of_limit(constraint, enclosed[id(constraint.root)]), *_of_percent(constraint, ranges)]
    for node in preorder(constraint.root):
        if isinstance(node, Operation):
            found.extend(_of_operation(node, [enclosed[id(operand)] for operand in node.operands]))
    return tuple(dict.fromkeys(found))


def _of_limit(constraint: Constraint, whole: Ends) -> Iterator[str]:
    lower, upper = whole
    if upper <= 0:
        yield ALWAYS.format(upper=upper)
    elif lower > 0:
        yield NEVER.format(lower=lower)
    elif lower == 0 and isinstance(constraint.root, Operation):
        yield EXACT


def _of_percent(constraint: Constraint, ranges: Ranges) -> Iterator[str]:
    """A limit that only a percentage could be."""
    root = constraint.root
    if not isinstance(root, Operation) or root.operator != "sub":
        return
    numbers = [node.value for node in root.operands if not isinstance(node, Leaf | Operation)]
    rates = all(ranges.get(quantity, EVERYTHING) == (0.0, 1.0) for quantity in constraint.quantities)
    if rates and numbers and 2 < numbers[0] <= 100:
        yield PERCENT.format(share=numbers[0] / 100, limit=numbers[0])


def _of_operation(node: Operation, within: list[Ends]) -> Iterator[str]:
    last = within[-1]
    if node.operator == "div" and last[0] < 0 < last[1]:
        yield EITHER
    if node.operator == "log" and last[0] < 0:
        yield UNLOGGED
    if node.operator == "pow" and within[0][0] < 0 and not _is_whole(last):
        yield UNBASED


def _is_whole(exponent: Ends) -> bool:
    return exponent[0] == exponent[1] and math.isfinite(exponent[0]) and exponent[0].is_integer()
