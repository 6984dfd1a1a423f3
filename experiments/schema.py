"""Everything that is wrong with a study file, at once: its shape first, then what its names refer to."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from experiments.problems import Path, Positions, Problem, did_you_mean, quoted
from experiments.schema_document import LANGUAGE, MONEY, NAME, SCHEMA, SLUG
from experiments.semantics import semantic_problems
from experiments.types import Json, JsonObject

_VALIDATOR = Draft202012Validator(cast("Mapping[str, object]", SCHEMA))
_WORDS = {
    "string": "a text",
    "object": "a mapping (key: value)",
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing (null)",
}
_PATTERNS = {
    NAME: "Start with a letter; then letters, digits, _ and -.",
    SLUG: "Use lower-case letters, digits and hyphens.",
    LANGUAGE: "Use a language code such as en, de or pt-BR.",
    MONEY: "Write an amount in quotes, such as \"120.00\".",
    "^[A-Z]{3}$": "Use three capital letters, such as EUR.",
}


def check(document: Json, positions: Positions | None = None, *, kinds: Collection[str] = ()) -> list[Problem]:
    """All problems of a study file, in the order of its lines; an empty list means that it can be imported.

    kinds: the component kinds that exist; with none given, kinds are not looked at.
    """
    places = positions or Positions()
    problems = list(_shape_problems(document, places))
    if isinstance(document, Mapping):
        problems += semantic_problems(document, places, kinds=kinds)
    unique = {(problem.path, problem.message): problem for problem in problems}
    return sorted(unique.values(), key=lambda problem: (problem.line, problem.column, problem.path))


def check_experiment(experiment: Json, *, languages: Sequence[str] = ("en",), kinds: Collection[str] = ()) -> list[Problem]:
    """The same for one definition as it is stored, without a file. Paths start at the experiment."""
    study: dict[str, Json] = {
        "slug": "x",
        "title": "x",
        "languages": list(languages),
        "consent": [{"version": "1", "body": dict.fromkeys(languages, "x")}],
    }
    prefix = "experiments[0]."
    found = check({"machina": 1, "study": study, "experiments": [experiment]}, kinds=kinds)
    return [Problem(0, 0, each.path.removeprefix(prefix), each.message, each.hint) for each in found]


def _shape_problems(document: Json, positions: Positions) -> Iterator[Problem]:
    for error in _VALIDATOR.iter_errors(document):
        yield from _translated(error, positions)


def _translated(error: ValidationError, positions: Positions) -> Iterator[Problem]:
    """One of jsonschema's errors as sentences for people."""
    if error.validator == "oneOf":
        inner = [each for each in error.context or () if each.validator != "type" or each.path]
        for each in inner or list(error.context or ())[-1:]:
            yield from _translated(each, positions)
        return
    path: Path = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        yield from _unknown_keys(error, path, positions)
    elif error.validator == "required":
        yield from _missing_keys(error, path, positions)
    else:
        message, hint = _SENTENCES.get(str(error.validator), _plain)(error)
        yield positions.problem(path, message, hint)


def _unknown_keys(error: ValidationError, path: Path, positions: Positions) -> Iterator[Problem]:
    known = list(error.schema["properties"])
    for key in error.instance:
        if key not in known:
            yield positions.problem((*path, key), f"The key “{key}” is not known here.", did_you_mean(key, known))


def _missing_keys(error: ValidationError, path: Path, positions: Positions) -> Iterator[Problem]:
    for key in error.validator_value:
        if key not in error.instance:
            about = error.schema.get("properties", {}).get(key, {})
            meaning = about.get("description", "")
            yield positions.problem(path, f"The key “{key}” is missing.", f"Add “{key}: …”. {meaning}".rstrip())


def _type(error: ValidationError) -> tuple[str, str]:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    words = " or ".join(_WORDS[each] for each in wanted)
    hint = f"Write {words}."
    if wanted == ["string"] and isinstance(error.instance, int | float):
        hint = f"Put it in quotes: \"{error.instance}\"."
    return f"Here {_shown(error.instance)} stands, but {words} is needed.", hint


def _enum(error: ValidationError) -> tuple[str, str]:
    known = [each for each in error.validator_value if each is not None]
    return f"{_shown(error.instance)} is not one of {quoted(known)}.", did_you_mean(error.instance, known)


def _const(error: ValidationError) -> tuple[str, str]:
    return f"This program reads format {error.validator_value}, not {_shown(error.instance)}.", f"Write {error.validator_value}."


def _pattern(error: ValidationError) -> tuple[str, str]:
    hint = _PATTERNS.get(str(error.validator_value), f"It must match {error.validator_value}.")
    return f"{_shown(error.instance)} cannot be used here.", hint


def _range(error: ValidationError) -> tuple[str, str]:
    sign = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "more than"}[str(error.validator)]
    return f"{error.instance} is out of range.", f"Write a number that is {sign} {error.validator_value}."


def _short(error: ValidationError) -> tuple[str, str]:
    if not error.instance:
        return "This is empty.", "Fill it in, or remove it if it is optional."
    return "There are too few entries.", f"At least {error.validator_value} are needed."


def _long(error: ValidationError) -> tuple[str, str]:
    return f"This has {len(error.instance)} characters.", f"Allowed are {error.validator_value}."


def _unique(error: ValidationError) -> tuple[str, str]:
    twice = [each for index, each in enumerate(error.instance) if each in error.instance[:index]]
    return f"{quoted(twice)} stands more than once.", "Remove the repetition."


def _plain(error: ValidationError) -> tuple[str, str]:
    return error.message, "Compare with docs/study.schema.json."


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    text = str(value) if not isinstance(value, bool) else str(value).lower()
    return f"“{re.sub(chr(10), ' ', text)[:40]}”"


_SENTENCES: dict[str, Callable[[ValidationError], tuple[str, str]]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "minimum": _range,
    "maximum": _range,
    "exclusiveMinimum": _range,
    "minItems": _short,
    "minLength": _short,
    "minProperties": _short,
    "maxLength": _long,
    "uniqueItems": _unique,
}
