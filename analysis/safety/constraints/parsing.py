"""From the text of a constraint to its tree: every refusal is one plain sentence, with the column that it is about."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NoReturn

from analysis.safety.constraints.errors import ConstraintError, Span
from analysis.safety.constraints.names import function_named, measure_named, subscripted_named
from analysis.safety.constraints.operations import Part, operation
from analysis.safety.constraints.tokens import Kind, Token
from analysis.safety.constraints.vocabulary import FUNCTIONS, Vocabulary, Word
from analysis.safety.terms import Constant, Leaf, Operation, Quantity

DEEPEST = 50
MOST_LEAVES = 150
_SUMS = {"+": "add", "-": "sub"}
_PRODUCTS = {"*": "mult", "/": "div"}


STARTS = {
    "+": ("A plus that belongs to one value says nothing:", "leave it out."),
    "*": ("`*` stands between two values.", ""),
    "[": ("A list has no place here:", "groups stand after `|`, as in `(PR | [M])`."),
    "|": ("The measure is missing before `|`:", "`(PR | [M])`."),
    ")": ("A value is missing before `)`.", ""),
}
FOLLOWERS = {
    ")": ("There is no `(` for this `)`.", ""),
    "]": ("There is no `[` for this `]`.", ""),
    "[": ("A list has no place here:", "groups stand after `|`, as in `(PR | [M])`."),
    ",": ("A comma belongs between the two values of min, max or pow, or between groups.", ""),
    "|": ("There is a condition already:", "name all groups in one, `(PR | [M,R1])`."),
    "<=": ("The inequality stands inside parentheses:", "write it once, outside of them."),
    ">=": ("The inequality stands inside parentheses:", "write it once, outside of them."),
}


class Parser:
    """Reads one expression from tokens (the last of which is END), as Python would group it."""

    def __init__(self, text: str, tokens: list[Token], vocabulary: Vocabulary) -> None:
        self.text, self.tokens, self.vocabulary = text, tokens, vocabulary
        self.at = self.depth = self.leaves = 0

    def expression(self) -> Part:
        """All of it."""
        part = self._conditional()
        if self.token.kind != Kind.END:
            self._refuse_next()
        return part

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def refuse(self, span: Span, sentence: str, hint: str = "") -> NoReturn:
        raise ConstraintError(self.text, span, sentence, hint)

    def _next(self) -> Token:
        token = self.token
        self.at += token.kind != Kind.END
        return token

    def _is(self, *symbols: str) -> bool:
        return self.token.kind == Kind.SYMBOL and self.token.text in symbols

    def _conditional(self) -> Part:
        part = self._sum()
        if not self._is("|"):
            return part
        bar = self._next()
        if not isinstance(part.node, Leaf) or part.node.quantity.where:
            self.refuse(part.span, "A condition belongs to one measure:", "write `(PR | [M])` for each of them.")
        where, end = self._groups(bar)
        if not (self.token.kind == Kind.END or self._is(")", ",", "|")):
            span = part.span.to(end)
            written = self.text[span.start : span.end]
            self.refuse(span, "A condition reaches as far as it can:", f"put it in parentheses, `({written})`.")
        quantity = Quantity(part.node.quantity.measure, part.node.quantity.indices, where)
        return Part(Leaf(quantity), part.span.to(end), bare=True)

    def _groups(self, bar: Token) -> tuple[tuple[str, ...], Span]:
        if not self._is("["):
            self.refuse(self.token.span.to(bar.span), "After `|` stand names of groups in brackets:", "`(PR | [M])`.")
        opening = self._next()
        found: list[str] = []
        while not found or self._is(","):
            if found:
                self._next()
            found.append(self._group(found))
        if not self._is("]"):
            self.refuse(opening.span.to(self.token.span), "The groups are not closed with `]`.")
        return tuple(found), self._next().span

    def _group(self, before: list[str]) -> str:
        token = self._next()
        groups = self.vocabulary.groups
        if token.kind != Kind.NAME:
            self.refuse(token.span, "Here belongs the name of a group:", "`(PR | [M])`, or `(PR | [M,R1])` for both.")
        if groups is not None and token.text not in groups:
            known = f"There are {', '.join(groups)}." if groups else "No groups are declared."
            known += f" Declare it: groups: {{{token.text}: {{column: …, equals: …}}}}."
            self.refuse(token.span, f"There is no group {token.text!r}.", known)
        if token.text in before:
            self.refuse(token.span, f"The group {token.text!r} is named twice.")
        return token.text

    def _sum(self) -> Part:
        part = self._product()
        while self._is(*_SUMS):
            part = self._combined(_SUMS[self._next().text], part, self._product())
        return part

    def _product(self) -> Part:
        part = self._unary()
        while self._is(*_PRODUCTS):
            part = self._combined(_PRODUCTS[self._next().text], part, self._unary())
        return part

    def _unary(self) -> Part:
        if not self._is("-"):
            return self._power()
        minus = self._next()
        part = self._deeper(self._unary)
        span = minus.span.to(part.span)
        if part.negated:
            self.refuse(span, "Two minus signs in a row cancel:", "leave both out.")
        if isinstance(part.node, Constant):
            return Part(Constant(-part.node.value), span, -part.node.value, negated=True)
        value = None if part.value is None else -part.value
        return Part(Operation("mult", (Constant(-1.0), part.node)), span, value, negated=True)

    def _power(self) -> Part:
        base = self._atom()
        if not self._is("**"):
            return base
        self._next()
        return self._combined("pow", base, self._deeper(self._unary))

    def _atom(self) -> Part:
        token = self._next()
        if token.kind == Kind.NUMBER:
            return self._number(token)
        if token.kind == Kind.NAME:
            return self._name(token)
        if token.text == "(" and token.kind == Kind.SYMBOL:
            return self._parentheses(token)
        return self._refuse_start(token)

    def _number(self, token: Token) -> Part:
        value = float(token.text)
        if not math.isfinite(value):
            self.refuse(token.span, f"{token.text} is beyond all numbers that can be computed with.")
        return self._leaf(Part(Constant(value), token.span, value))

    def _name(self, token: Token) -> Part:
        if self._is("("):
            return self._call(token)
        if self._is("["):
            return self._subscripted(token)
        if token.text == "e":
            return self._leaf(Part(Constant(math.e), token.span, math.e))
        word = measure_named(self.text, token, self.vocabulary)
        return self._leaf(Part(Leaf(Quantity(word.name)), token.span))

    def _leaf(self, part: Part) -> Part:
        self.leaves += 1
        if self.leaves > MOST_LEAVES:
            self.refuse(part.span, f"A constraint may have {MOST_LEAVES} names and numbers, this is one more.")
        return part

    def _parentheses(self, opening: Token) -> Part:
        if self._is(")"):
            self.refuse(opening.span.to(self.token.span), "Nothing stands in the parentheses.")
        part = self._deeper(self._conditional)
        if not self._is(")"):
            self._refuse_unclosed(opening)
        return Part(part.node, opening.span.to(self._next().span), part.value, part.negated)

    def _call(self, name: Token) -> Part:
        operator = function_named(self.text, name, self.vocabulary)
        opening, arguments = self._next(), list[Part]()
        while not self._is(")") or arguments:
            arguments.append(self._deeper(self._conditional))
            if not self._is(","):
                break
            self._next()
        if not self._is(")"):
            self._refuse_unclosed(opening)
        span = name.span.to(self._next().span)
        if len(arguments) != (wanted := FUNCTIONS[operator]):
            values = ("one value", "two values")[wanted - 1]
            here = "here is 1" if len(arguments) == 1 else f"here are {len(arguments)}"
            self.refuse(span, f"`{operator}` takes {values}, {here}.")
        return operation(self.text, operator, arguments, span)

    def _subscripted(self, name: Token) -> Part:
        word = subscripted_named(self.text, name, self.vocabulary)
        opening, indices = self._next(), list[int]()
        while not indices or self._is(","):
            if indices:
                self._next()
            indices.append(self._index(word))
        if not self._is("]"):
            self.refuse(opening.span.to(self.token.span), "The subscript is not closed with `]`.")
        span = name.span.to(self._next().span)
        if len(indices) not in word.subscripts:
            self.refuse(span, word.wants(self.vocabulary.regime))
        return self._leaf(Part(Leaf(Quantity(word.name, tuple(indices))), span))

    def _index(self, word: Word) -> int:
        token = self._next()
        if token.kind != Kind.NUMBER or not token.text.isdecimal():
            hint = f"counted from {word.first}, as in `{word.example()}`."
            self.refuse(token.span, f"Here belongs the number of a {word.what},", hint)
        index, count = int(token.text), self.vocabulary.count(word)
        if index < word.first:
            self.refuse(token.span, f"There is no {word.what} {index}: they are counted from {word.first}.")
        if count is not None and index >= count + word.first:
            last = count - 1 + word.first
            self.refuse(token.span, f"There is no {word.what} {index}: they are counted from {word.first} to {last}.")
        return index

    def _deeper(self, rule: Callable[[], Part]) -> Part:
        self.depth += 1
        if self.depth > DEEPEST:
            self.refuse(self.token.span, f"Expressions are nested more than {DEEPEST} deep here.")
        part = rule()
        self.depth -= 1
        return part

    def _combined(self, operator: str, left: Part, right: Part) -> Part:
        return operation(self.text, operator, [left, right], left.span.to(right.span))

    def _refuse_unclosed(self, opening: Token) -> NoReturn:
        if self.token.kind == Kind.END:
            self.refuse(opening.span, "This parenthesis is not closed.")
        self._refuse_next()

    def _refuse_start(self, token: Token) -> NoReturn:
        """Of a token that no value begins with."""
        sentence, hint = STARTS.get(token.text, ("A value is missing here:", "a measure, a number, or parentheses."))
        if token.kind == Kind.END:
            sentence, hint = "The constraint ends where a value is missing.", ""
        self.refuse(token.span, sentence, hint)

    def _refuse_next(self) -> NoReturn:
        """Of a token that follows a value, and may not."""
        token = self.token
        if token.kind == Kind.SYMBOL and token.text in FOLLOWERS:
            self.refuse(token.span, *FOLLOWERS[token.text])
        self.refuse(token.span, f"An operator is missing before `{token.text}`:", "one of + - * / **.")
