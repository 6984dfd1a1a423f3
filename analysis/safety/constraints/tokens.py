"""The text of a constraint, cut into words. Nothing is evaluated, and what has no place in one is refused here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from analysis.safety.constraints.errors import ConstraintError, Span

LONGEST = 4_000


class Kind(StrEnum):
    """Of a token; END stands once, behind the last."""

    NUMBER = "number"
    NAME = "name"
    SYMBOL = "symbol"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """text: as it was typed. span: where, in columns of the whole text from 0."""

    kind: Kind
    text: str
    span: Span


_NUMBER = re.compile(r"(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?", re.ASCII)
_ZEROS = re.compile(r"0[0_]*[1-9][\d_]*\Z|0[0_]+\Z", re.ASCII)
_NAME = re.compile(r"[^\W\d]\w*")
_BLANKS = re.compile(r"[ \t]*")
_QUOTES = "'\"`\u2018\u2019\u201c\u201d"
_QUOTED = re.compile(rf"\w*[{_QUOTES}](?:.*?[{_QUOTES}])?")
_SYMBOLS = ("**", "<=", ">=", "+", "-", "*", "/", "(", ")", "[", "]", ",", "|")

_USE_AT_MOST = "write `<=`"
_USE_AT_LEAST = "write `>=`"
_NO_LOGIC = "conditions are not combined here: write one constraint for each"
_FOREIGN = {
    "==": "an equality is never certain: write `abs(… - …) <= …`",
    "!=": "an inequality is `<=` or `>=`",
    "<>": "an inequality is `<=` or `>=`",
    "=<": _USE_AT_MOST,
    "=>": _USE_AT_LEAST,
    "<": _USE_AT_MOST,
    ">": _USE_AT_LEAST,
    "≤": _USE_AT_MOST,
    "≥": _USE_AT_LEAST,
    "<<": _USE_AT_MOST,
    ">>": _USE_AT_LEAST,
    "=": "an inequality is `<=` or `>=`",
    ":=": "nothing can be assigned",
    "//": "write `/`",
    "%": "write a share as a number: 0.15 for 15 %",
    "^": "write `**` for a power",
    "&": _NO_LOGIC,
    "&&": _NO_LOGIC,
    "||": _NO_LOGIC,
    "!": _NO_LOGIC,
    "~": "write `-` for the opposite, `1 - …` for the complement",
    "@": "write `*`",
    "\u00d7": "write `*`",
    "·": "write `*`",
    "÷": "write `/`",
    "\u2212": "this is a typographic minus: write `-`",
    "\u2013": "this is a dash: write `-`",
    ".": "names have no parts, and a number needs a digit",
    ";": "write one constraint at a time",
    ":": "there are no slices, and nothing can be defined",
    "{": "groups stand in brackets, `(PR | [M])`, and everything else in parentheses",
    "}": "groups stand in brackets, `(PR | [M])`, and everything else in parentheses",
    "#": "there are no comments",
    "\\": "write the constraint on one line",
    "\n": "write the constraint on one line",
    "\r": "write the constraint on one line",
}
_LONGEST_FIRST = sorted((*_SYMBOLS, *_FOREIGN), key=len, reverse=True)


def tokens(text: str) -> list[Token]:
    """Every token, then one of kind END at the end of the text. ConstraintError for what has no place in one."""
    if len(text) > LONGEST:
        raise ConstraintError(text[:80], Span(0, 1), f"There are {len(text):,} characters; {LONGEST:,} may be.")
    found, at = [], 0
    while (at := _blanks_from(text, at)) < len(text):
        found.append(_token(text, at))
        at = found[-1].span.end
    return [*found, Token(Kind.END, "", Span(len(text), len(text)))]


def _blanks_from(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _token(text: str, at: int) -> Token:
    if number := _NUMBER.match(text, at):
        return _number(text, number)
    if name := _NAME.match(text, at):
        if text[name.end() : name.end() + 1] in ("'", '"'):
            _refuse_quotes(text, name.start())
        return Token(Kind.NAME, name.group(), Span(*name.span()))
    if text[at] in _QUOTES:
        _refuse_quotes(text, at)
    for symbol in _LONGEST_FIRST:
        if text.startswith(symbol, at):
            return _symbol(text, symbol, Span(at, at + len(symbol)))
    raise ConstraintError(text, Span(at, at + 1), f"{text[at]!r} has no meaning in a constraint.")


def _symbol(text: str, symbol: str, span: Span) -> Token:
    if symbol in _FOREIGN:
        named = "a line break" if symbol in "\r\n" else f"`{symbol}`"
        raise ConstraintError(text, span, f"{named} is not supported: {_FOREIGN[symbol]}.")
    return Token(Kind.SYMBOL, symbol, span)


def _number(text: str, number: re.Match[str]) -> Token:
    span = Span(*number.span())
    if _ZEROS.match(number.group()):
        raise ConstraintError(text, span, f"`{number.group()}` is not a number: leave out the zeros that lead it.")
    if rest := _NAME.match(text, span.end) or re.compile(r"[.\d_]").match(text, span.end):
        whole = Span(span.start, rest.end())
        written = text[whole.start : whole.end]
        why = "complex numbers are not supported" if rest.group() in ("j", "J") else "numbers are written 0.15 or 1e-3"
        raise ConstraintError(text, whole, f"`{written}` is not a number: {why}.")
    return Token(Kind.NUMBER, number.group(), span)


def _refuse_quotes(text: str, at: int) -> NoReturn:
    quoted = _QUOTED.match(text, at)
    end = quoted.end() if quoted else at + 1
    raise ConstraintError(text, Span(at, end), "Texts are not supported: write names of groups without quotes, `[M]`.")
