"""Names of a constraint: what each may stand for where it stands, and what is said of one that stands for nothing."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from analysis.safety.constraints.errors import ConstraintError
from analysis.safety.constraints.tokens import Token
from analysis.safety.constraints.vocabulary import FUNCTIONS, Vocabulary, Word, regimes_of
from analysis.safety.terms import Regime

_MEANINGLESS = {
    "and": "Write one constraint for each condition.",
    "or": "Write `max(…, …)` or `min(…, …)`, or one constraint for each condition.",
    "not": "Write `1 - …` for the complement of a rate.",
    "if": "There are no cases: write `(PR | [M])` for a condition on a group.",
    "else": "There are no cases: write `(PR | [M])` for a condition on a group.",
    "in": "Write `(PR | [M])` for a condition on a group.",
    "is": "Compare with `<=` or `>=`.",
    "for": "There are no loops.",
    "lambda": "Functions are abs, exp, log, min, max and pow.",
    "True": "Write 1.",
    "False": "Write 0.",
    "None": "Write a measure or a number.",
    "pi": "Constants are numbers and `e`: write 3.141592653589793.",
    "inf": "Numbers are finite.",
    "nan": "Numbers are finite.",
    "NaN": "Numbers are finite.",
}


def measure_named(text: str, token: Token, vocabulary: Vocabulary) -> Word:
    """The measure that a bare name stands for. ConstraintError if it stands for none, or needs a subscript."""
    word = vocabulary.words.get(token.text)
    if word is None:
        raise ConstraintError(text, token.span, *_unknown(token.text, vocabulary))
    if 0 not in word.subscripts:
        raise ConstraintError(text, token.span, word.wants(vocabulary.regime))
    return word


def subscripted_named(text: str, token: Token, vocabulary: Vocabulary) -> Word:
    """The measure before a subscript: `PR_` of `PR_[1]`."""
    name = token.text.removesuffix("_")
    word = vocabulary.words.get(name)
    if word is None:
        raise ConstraintError(text, token.span, *_unknown(name, vocabulary))
    if word.subscripts == (0,):
        raise ConstraintError(text, token.span, word.wants(vocabulary.regime))
    if name == token.text:
        raise ConstraintError(
            text, token.span, "An underscore is missing before the subscript:", f"`{word.example()}`."
        )
    return word


def function_named(text: str, token: Token, vocabulary: Vocabulary) -> str:
    """The function before `(`."""
    name = token.text
    if name in FUNCTIONS:
        return name
    if name in vocabulary.words:
        raise ConstraintError(
            text, token.span, f"{name} is a measure:", "leave the parentheses out, it takes no values."
        )
    if name in _MEANINGLESS:
        raise ConstraintError(text, token.span, *_unknown(name, vocabulary))
    near = _suggestion(name, FUNCTIONS) or f"There are {_listed(FUNCTIONS)}."
    raise ConstraintError(text, token.span, f"There is no function {name!r}.", near)


def _unknown(name: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """A sentence and a way on."""
    if name in _MEANINGLESS:
        return f"`{name}` has no meaning in a constraint.", _MEANINGLESS[name]
    if name in FUNCTIONS:
        return f"`{name}` is a function:", f"write `{name}({'…, …' if FUNCTIONS[name] == 2 else '…'})`."
    if name in (vocabulary.groups or ()):
        return f"{name} is a group, not a measure:", f"write it as a condition, `({_any(vocabulary)} | [{name}])`."
    if name.removesuffix("_") in vocabulary.words and name.endswith("_"):
        return f"After `{name}` a subscript is missing:", f"`{name}[1]`."
    if regimes := regimes_of(name):
        return f"{name} is a measure of {_plain(*regimes)}, and this is {_plain(vocabulary.regime)}.", ""
    sentence = f"There is no measure {name!r} in {_plain(vocabulary.regime)}."
    return sentence, _suggestion(name, vocabulary.words) or f"There are {_listed(vocabulary.words)}."


def _suggestion(name: str, known: Iterable[str]) -> str:
    spellings = {spelling.casefold(): spelling for spelling in known}
    near = get_close_matches(name.casefold(), spellings, n=1)
    return f"Did you mean `{spellings[near[0]]}`?" if near else ""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _any(vocabulary: Vocabulary) -> str:
    return next(iter(vocabulary.words), "PR")


def _plain(*regimes: Regime) -> str:
    return " and ".join(regime.value.replace("_", " ") for regime in regimes)
