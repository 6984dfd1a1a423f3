"""Whole constraints: `A <= B` or `A >= B`, or g alone, of which g <= 0 is wanted."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.safety.constraints.errors import ConstraintError, Span
from analysis.safety.constraints.operations import Part, operation
from analysis.safety.constraints.parsing import Parser
from analysis.safety.constraints.tokens import Kind, Token, tokens
from analysis.safety.constraints.tree import is_constant, quantities_of
from analysis.safety.constraints.vocabulary import Vocabulary
from analysis.safety.terms import Constraint, Node

_COMPARISONS = ("<=", ">=")


def parse_constraint(text: str, vocabulary: Vocabulary, *, delta: float) -> Constraint:
    """The constraint that a text stands for. normalised: as the Seldonian Engine writes it, to the character.

    ConstraintError, with the column, for everything that is not one; ValueError for a delta outside (0, 1).
    """
    check_delta(delta)
    found = tokens(text)
    if found[0].kind == Kind.END:
        raise ConstraintError(text, Span(0, max(len(text), 1)), "The constraint is empty.", "Try `PR <= 0.5`.")
    normalised, root = _normalised(text, found, vocabulary)
    if is_constant(root):
        raise ConstraintError(text, Span(0, len(text)), "No measure is named:", "nothing here depends on the model.")
    return Constraint(text, normalised, root, float(delta), quantities_of(root))


def parse_constraints(
    texts: Sequence[str], vocabulary: Vocabulary, *, deltas: Sequence[float]
) -> tuple[Constraint, ...]:
    """Several, of one training. ValueError if one is named twice or the deltas are not as many."""
    if len(texts) != len(deltas):
        raise ValueError(f"There are {len(texts)} constraints and {len(deltas)} deltas.")
    found = tuple(parse_constraint(text, vocabulary, delta=delta) for text, delta in zip(texts, deltas, strict=True))
    for number, constraint in enumerate(found):
        if constraint.root in [other.root for other in found[:number]]:
            raise ConstraintError(constraint.text, Span(0, len(constraint.text)), "This constraint is named twice.")
    return found


def check_delta(delta: object) -> None:
    """ValueError unless it is a number between 0 and 1, neither of them."""
    if isinstance(delta, bool) or not isinstance(delta, int | float) or not (math.isfinite(delta) and 0 < delta < 1):
        raise ValueError(f"delta is {delta!r}; it must be a number above 0 and below 1, 0.05 for 95 % confidence.")


def _normalised(text: str, found: list[Token], vocabulary: Vocabulary) -> tuple[str, Node]:
    """As text and as tree: what has to be at most 0."""
    places = [place for place, token in enumerate(found) if token.text in _COMPARISONS]
    if not places:
        return text.strip(), Parser(text, found, vocabulary).expression().node
    if len(places) > 1:
        span = found[places[1]].span
        raise ConstraintError(text, span, "There is a second inequality:", "write two constraints.")
    sign = found[places[0]]
    left, right = _side(text, found[: places[0]], sign), _side(text, found[places[0] + 1 :], sign)
    smaller, larger = (left, right) if sign.text == "<=" else (right, left)
    return _difference(text, smaller, larger, vocabulary)


def _side(text: str, found: list[Token], sign: Token) -> list[Token]:
    """The tokens of one side, which has its end where the sign or the text ends."""
    whole = [token for token in found if token.kind != Kind.END]
    if not whole:
        raise ConstraintError(text, sign.span, f"A value is missing on one side of `{sign.text}`.")
    if (unclosed := _unclosed(whole)) is not None:
        raise ConstraintError(text, unclosed.span, f"`{unclosed.text}` is not closed before `{sign.text}`.")
    end = whole[-1].span.end
    return [*whole, Token(Kind.END, "", Span(end, end))]


def _unclosed(found: list[Token]) -> Token | None:
    opened: list[Token] = []
    for token in found:
        if token.text in ("(", "["):
            opened.append(token)
        elif token.text in (")", "]") and opened:
            opened.pop()
    return opened[-1] if opened else None


def _difference(text: str, smaller: list[Token], larger: list[Token], vocabulary: Vocabulary) -> tuple[str, Node]:
    first = Parser(text, smaller, vocabulary).expression()
    second = Parser(text, larger, vocabulary).expression()
    written, taken = _text(text, smaller), _text(text, larger)
    if taken == "0":
        return written, first.node
    if first.bare:
        raise ConstraintError(text, first.span, "A condition reaches as far as it can:", f"write `({written})`.")
    return f"{written}-({taken})", _subtracted(text, first, second)


def _text(text: str, side: list[Token]) -> str:
    return text[side[0].span.start : side[-1].span.end]


def _subtracted(text: str, first: Part, second: Part) -> Node:
    return operation(text, "sub", [first, second], Span(0, len(text))).node
