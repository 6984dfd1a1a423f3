"""Everything that is wrong with a study file, at once: its shape first, then what its names refer to."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from experiments.problems import Path, Positions, Problem, did_you_mean, quoted
from experiments.schema_document import LANGUAGE, MONEY, SCHEMA, SLUG
from experiments.schema_parts import NAME
from experiments.semantics import semantic_problems
from experiments.semantics_words import Finding
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
    MONEY: 'Write an amount in quotes, such as "120.00".',
    "^[A-Z]{3}$": "Use three capital letters, such as EUR.",
}


def check(document: Json, positions: Positions | None = None, *, kinds: Collection[str] = ()) -> list[Problem]:
    """All problems of a study file, in the order of its lines; an empty list means that it can be imported.

    kinds: the component kinds that exist; with none given, kinds are not looked at.
    """
    places = positions or Positions()
    problems = list(shape_problems(document, places))
    if isinstance(document, Mapping):
        problems += semantic_problems(document, places, kinds=kinds)
    unique = {(problem.path, problem.message): problem for problem in problems}
    return sorted(unique.values(), key=lambda problem: (problem.line, problem.column, problem.path))


def check_experiment(
    experiment: Json, *, languages: Sequence[str] = ("en",), kinds: Collection[str] = ()
) -> list[Problem]:
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


@dataclass(frozen=True)
class _Fault:
    """One of jsonschema's errors. rule: the keyword broken; wanted: what it says; found: what stands there."""

    path: Path
    rule: str
    wanted: Json
    found: Json
    properties: JsonObject

    @classmethod
    def of(cls, error: ValidationError) -> _Fault:
        schema = error.schema if isinstance(error.schema, Mapping) else {}
        return cls(
            path=tuple(error.absolute_path),
            rule=str(error.validator),
            wanted=cast(Json, error.validator_value),
            found=cast(Json, error.instance),
            properties=schema.get("properties", {}),
        )


def shape_problems(
    document: Json, positions: Positions, validator: Draft202012Validator = _VALIDATOR
) -> Iterator[Problem]:
    """What is wrong with its shape, in sentences; also of a document of another room, by its own validator."""
    for error in validator.iter_errors(document):
        for path, message, hint in _translated(error):
            yield positions.problem(path, message, hint)


def _translated(error: ValidationError) -> Iterator[Finding]:
    """One of jsonschema's errors as sentences for people."""
    fault = _Fault.of(error)
    if fault.rule == "oneOf":
        inner = [each for each in error.context or () if each.validator != "type" or each.path]
        for each in inner or list(error.context or ())[-1:]:
            yield from _translated(each)
    elif fault.rule == "additionalProperties":
        yield from _unknown_keys(fault)
    elif fault.rule == "required":
        yield from _missing_keys(fault)
    else:
        yield fault.path, *_SENTENCES.get(fault.rule, _plain)(fault)


def _unknown_keys(fault: _Fault) -> Iterator[Finding]:
    for key in cast(JsonObject, fault.found):
        if key not in fault.properties:
            hint = did_you_mean(key, fault.properties)
            yield (*fault.path, key), f"The key “{key}” is not known here.", hint


def _missing_keys(fault: _Fault) -> Iterator[Finding]:
    for key in cast("list[str]", fault.wanted):
        if key not in cast(JsonObject, fault.found):
            meaning = _meaning(cast(JsonObject, fault.properties.get(key, {})))
            yield fault.path, f"The key “{key}” is missing.", f"Add “{key}: …”. {meaning}".rstrip()


def _meaning(schema: JsonObject) -> str:
    name = str(schema.get("$ref", "")).rsplit("/", 1)[-1]
    known = cast("Mapping[str, JsonObject]", SCHEMA["$defs"])
    return str(schema.get("description") or known.get(name, {}).get("description") or "")


def _type(fault: _Fault) -> tuple[str, str]:
    wanted = cast("list[str]", fault.wanted if isinstance(fault.wanted, list) else [fault.wanted])
    words = " or ".join(_WORDS[each] for each in wanted)
    hint = f"Write {words}."
    if wanted == ["string"] and isinstance(fault.found, int | float):
        hint = f'Put it in quotes: "{fault.found}".'
    if wanted[0] in ("integer", "number", "boolean") and isinstance(fault.found, str):
        hint = f"Write {words}, without quotes."
    return f"Here {_shown(fault.found)} stands, but {words} is needed.", hint


def _enum(fault: _Fault) -> tuple[str, str]:
    known = [each for each in cast("list[Json]", fault.wanted) if each is not None]
    return f"{_shown(fault.found)} is not one of {quoted(known)}.", did_you_mean(fault.found, known)


def _const(fault: _Fault) -> tuple[str, str]:
    return f"This program reads format {fault.wanted}, not {_shown(fault.found)}.", f"Write {fault.wanted}."


def _pattern(fault: _Fault) -> tuple[str, str]:
    hint = _PATTERNS.get(str(fault.wanted), f"It must match {fault.wanted}.")
    return f"{_shown(fault.found)} cannot be used here.", hint


def _range(fault: _Fault) -> tuple[str, str]:
    sign = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "more than"}[fault.rule]
    return f"{fault.found} is out of range.", f"Write a number that is {sign} {fault.wanted}."


def _short(fault: _Fault) -> tuple[str, str]:
    if not fault.found:
        return "This is empty.", "Fill it in, or remove it if it is optional."
    return "There are too few entries.", f"At least {fault.wanted} are needed."


def _long(fault: _Fault) -> tuple[str, str]:
    return f"This has {len(str(fault.found))} characters.", f"Allowed are {fault.wanted}."


def _unique(fault: _Fault) -> tuple[str, str]:
    entries = cast("list[Json]", fault.found)
    twice = [each for index, each in enumerate(entries) if each in entries[:index]]
    return f"{quoted(twice)} stands more than once.", "Remove the repetition."


def _plain(fault: _Fault) -> tuple[str, str]:
    return f"{_shown(fault.found)} does not fit ({fault.rule}).", "Compare with docs/study.schema.json."


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    text = str(value) if not isinstance(value, bool) else str(value).lower()
    return f"“{re.sub(chr(10), ' ', text)[:40]}”"


_SENTENCES: dict[str, Callable[[_Fault], tuple[str, str]]] = {
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
