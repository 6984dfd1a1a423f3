"""The little language of bonuses: "min(1.00, 0.05 * sum(correct))". It computes with decimals and can do nothing else.

A name is a measure; one that was measured several times needs sum(), mean(), count(), least(), greatest() or last().
A comparison counts 1 where it holds: "0.50 * (accuracy >= 0.8)". `minutes` is the time somebody took.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Final

from crowd.paying.cost import CENT, ZERO

LONGEST: Final = 500
DEEPEST: Final = 30
Values = Mapping[str, Sequence[Decimal]]

OPERATORS: Final[dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}
COMPARISONS: Final[dict[type[ast.cmpop], Callable[[Decimal, Decimal], bool]]] = {
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
}
OF_SEVERAL: Final[dict[str, Callable[[Sequence[Decimal]], Decimal]]] = {
    "sum": lambda values: sum(values, Decimal(0)),
    "mean": lambda values: sum(values, Decimal(0)) / len(values) if values else Decimal(0),
    "count": lambda values: Decimal(len(values)),
    "least": lambda values: min(values, default=Decimal(0)),
    "greatest": lambda values: max(values, default=Decimal(0)),
    "last": lambda values: values[-1] if values else Decimal(0),
}
OF_NUMBERS: Final[dict[str, Callable[..., Decimal]]] = {
    "min": min,
    "max": max,
    "round": lambda value: value.quantize(Decimal(1), ROUND_HALF_UP),
    "floor": lambda value: value.__floor__(),
}
GIVEN: Final = ("minutes",)


class FormulaError(ValueError):
    """What is wrong with a formula. position: of the character, from 0."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(f"{message} (character {position + 1})")
        self.position = position


@dataclass(frozen=True, slots=True)
class Formula:
    """text: as it was written. names: the measures that it asks for."""

    text: str
    tree: ast.expr
    names: frozenset[str]

    @classmethod
    def parse(cls, text: str, *, measures: Sequence[str] | None = None) -> Formula:
        """FormulaError says what and where. measures: the only names there are, if given.

        >>> sorted(Formula.parse("min(1, 0.05 * sum(correct)) + 0.10 * (minutes < 5)").names)
        ['correct', 'minutes']
        """
        if len(text) > LONGEST:
            raise FormulaError(f"a formula has at most {LONGEST} characters, not {len(text)}", LONGEST)
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
            raise FormulaError("this is no formula", _place(error)) from None
        names = _checked(tree, depth=0)
        unknown = sorted(names - {*measures, *GIVEN}) if measures is not None else []
        if unknown:
            there = ", ".join((*measures, *GIVEN)) if measures else ", ".join(GIVEN)
            raise FormulaError(f"there is no measure “{unknown[0]}”; there are: {there}", text.find(unknown[0]))
        return cls(text, tree, frozenset(names))

    def value(self, values: Values) -> Decimal:
        """Of what was measured; a measure that was not counts 0. FormulaError where it cannot be computed."""
        try:
            return _value(self.tree, values)
        except (InvalidOperation, DivisionByZero, Overflow):
            raise FormulaError("it divides by zero, or comes to a number without bounds") from None


def _place(error: BaseException) -> int:
    return max((error.offset or 1) - 1, 0) if isinstance(error, SyntaxError) else 0


def _refuse(message: str, node: ast.expr) -> FormulaError:
    return FormulaError(message, node.col_offset)


def _checked(node: ast.expr, *, depth: int) -> set[str]:
    """The names in it; FormulaError for whatever the language does not have."""
    if depth > DEEPEST:
        raise _refuse(f"brackets are nested at most {DEEPEST} deep", node)
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, ast.Constant):
        return _checked_number(node)
    names: set[str] = set()
    for part in _parts(node):
        names |= _checked(part, depth=depth + 1)
    return names


def _checked_number(node: ast.Constant) -> set[str]:
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        raise _refuse("only numbers and measures can be computed with", node)
    if not Decimal(str(node.value)).is_finite():
        raise _refuse("this number is too large", node)
    return set()


def _parts(node: ast.expr) -> list[ast.expr]:
    """What an expression is made of, if the language has its kind."""
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return [node.operand]
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARISONS:
        return [node.left, *node.comparators]
    if isinstance(node, ast.Call):
        return _arguments(node)
    raise _refuse("this can be numbers, measures, + - * /, a comparison or a function, and nothing else", node)


def _arguments(node: ast.Call) -> list[ast.expr]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in OF_SEVERAL and name not in OF_NUMBERS:
        raise _refuse(f"there is no function “{name}”; there are: {', '.join((*OF_NUMBERS, *OF_SEVERAL))}", node)
    if node.keywords or not node.args:
        raise _refuse(f"{name}() takes values between its brackets", node)
    if name in OF_SEVERAL and not (len(node.args) == 1 and isinstance(node.args[0], ast.Name)):
        raise _refuse(f"{name}() takes the name of one measure", node)
    if name in ("round", "floor") and len(node.args) != 1:
        raise _refuse(f"{name}() takes one value", node)
    return list(node.args)


def _value(node: ast.expr, values: Values) -> Decimal:
    if isinstance(node, ast.Constant):
        return Decimal(str(node.value))
    if isinstance(node, ast.Name):
        return _of_name(node, values)
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](_value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.UnaryOp):
        operand = _value(node.operand, values)
        return -operand if isinstance(node.op, ast.USub) else operand
    if isinstance(node, ast.Compare):
        left, right = _value(node.left, values), _value(node.comparators[0], values)
        return Decimal(COMPARISONS[type(node.ops[0])](left, right))
    return _of_call(node, values)


def _of_name(node: ast.Name, values: Values) -> Decimal:
    found = values.get(node.id, ())
    if len(found) > 1:
        raise _refuse(f"“{node.id}” was measured {len(found)} times: say sum({node.id}), mean({node.id}) …", node)
    return found[0] if found else Decimal(0)


def _of_call(node: ast.expr, values: Values) -> Decimal:
    """A function; `_checked` let nothing else come here."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        raise _refuse("this cannot be computed", node)
    if node.func.id in OF_SEVERAL and isinstance(node.args[0], ast.Name):
        return OF_SEVERAL[node.func.id](values.get(node.args[0].id, ()))
    return Decimal(OF_NUMBERS[node.func.id](*(_value(each, values) for each in node.args)))


def amount_of(formula: Formula, values: Values, *, most: Decimal) -> Decimal:
    """The bonus: two decimals, at least 0, at most what was planned for.

    >>> one = Formula.parse("0.05 * sum(correct)")
    >>> amount_of(one, {"correct": [Decimal(1)] * 9}, most=Decimal("2.00"))
    Decimal('0.45')
    >>> amount_of(one, {"correct": [Decimal(1)] * 90}, most=Decimal("2.00"))
    Decimal('2.00')
    """
    value = formula.value(values)
    return min(max(value, ZERO), most).quantize(CENT, ROUND_HALF_UP)
