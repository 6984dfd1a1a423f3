"""A component's parameters as fields of a form, and what was typed there as values again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.learning.components import Component, Flag, OneOf, Real, Text, ValueKind, Whole
from analysis.learning.components.showing import short
from analysis.learning.components.templates import has_template
from experiments.problems import StudyFileError
from experiments.types import Json, JsonObject
from experiments.yaml_file import dump, load

PREFIX = "p."


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter. kind: choices (several make a sweep), line, or area. options: (text, whether it is ticked)."""

    name: str
    kind: str
    help: str
    takes: str
    default: str = ""
    is_required: bool = False
    text: str = ""
    options: tuple[tuple[str, bool], ...] = ()
    error: str = ""

    @property
    def key(self) -> str:
        """Its name in the form."""
        return PREFIX + self.name


def fields_of(made: Component, config: JsonObject, errors: Mapping[str, str] | None = None) -> list[Field]:
    """As they stand in a config; errors: by parameter."""
    return [
        Field(
            name=name,
            kind=_kind(parameter.takes, config.get(name)),
            help=parameter.meaning,
            takes=parameter.takes.words(),
            default=short(parameter.fallback) if parameter.is_optional else "",
            is_required=not parameter.is_optional,
            text=_text(config, name),
            options=_options(parameter.takes, config.get(name)),
            error=(errors or {}).get(name, ""),
        )
        for name, parameter in made.parameters.items()
    ]


def _kind(takes: ValueKind, value: Json) -> str:
    if isinstance(takes, Flag | OneOf) and _ticked(takes, value) is not None:
        return "choices"
    return "line" if isinstance(takes, Whole | Real | Text | Flag | OneOf) else "area"


def _values(takes: Flag | OneOf) -> tuple[Json, ...]:
    return (True, False) if isinstance(takes, Flag) else takes.options


def _ticked(takes: Flag | OneOf, value: Json) -> list[Json] | None:
    """Which options a value stands for; None if it is something else, which is then typed."""
    chosen: Json = value["sweep"] if isinstance(value, Mapping) and value.keys() == {"sweep"} else [value]
    if value is None:
        return []
    known = {dump(option) for option in _values(takes)}
    is_plain = isinstance(chosen, list) and all(dump(each) in known for each in chosen)
    return list(chosen) if is_plain and isinstance(chosen, list) else None


def _options(takes: ValueKind, value: Json) -> tuple[tuple[str, bool], ...]:
    if not isinstance(takes, Flag | OneOf):
        return ()
    ticked = {dump(each) for each in _ticked(takes, value) or ()}
    return tuple((short(option), dump(option) in ticked) for option in _values(takes))


def _text(config: JsonObject, name: str) -> str:
    """A sweep over plain values as people type it: 32, 64."""
    if name not in config:
        return ""
    value = config[name]
    if isinstance(value, str):
        return value
    values = value["sweep"] if isinstance(value, Mapping) and value.keys() == {"sweep"} else None
    if isinstance(values, list) and values and all(_is_plain(each) for each in values):
        return ", ".join(short(each) for each in values)
    return dump(value).strip() if isinstance(value, Mapping | list) else json.dumps(value)


def _is_plain(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def config_from(made: Component, typed: Mapping[str, list[str]]) -> tuple[dict[str, Json], dict[str, str]]:
    """(config, error by parameter). What was left empty is left at its default."""
    config: dict[str, Json] = {}
    errors: dict[str, str] = {}
    for name, parameter in made.parameters.items():
        texts = [text.strip() for text in typed.get(PREFIX + name, []) if text.strip()]
        if not texts:
            continue
        try:
            config[name] = _value(parameter.takes, texts)
        except StudyFileError as error:
            errors[name] = " ".join(f"{problem.message} {problem.hint}" for problem in error.problems)
    return config, errors


def _value(takes: ValueKind, texts: list[str]) -> Json:
    if isinstance(takes, Flag | OneOf):
        values = [_option(takes, text) for text in texts]
        return values[0] if len(values) == 1 else {"sweep": values}
    text = texts[0]
    if isinstance(takes, Text):
        found = load(text)[0] if text.startswith("{") else text
        return found if has_template(found) else text
    if isinstance(takes, Whole | Real) and "," in text and text[0] not in "{[":
        return {"sweep": [load(part)[0] for part in text.split(",") if part.strip()]}
    return load(text)[0]


def _option(takes: Flag | OneOf, text: str) -> Json:
    """The option that is shown like this; anything else is read as YAML."""
    for option in _values(takes):
        if short(option) == text:
            return option
    return load(text)[0]
