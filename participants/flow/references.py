"""References in researchers' texts: ``{{ case.price }}``. Plain look-ups, nothing is ever executed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from experiments.types import Json, JsonObject

REFERENCE = re.compile(r"\{\{\s*([A-Za-z_][\w-]*(?:\.[\w-]+)*)\s*\}\}")
BY_PERSON = ("answers", "attributes")
UNTOLD = "…"  # also what every answer is when a study is checked before it opens


class UnknownReference(ValueError):
    """A path that leads nowhere."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{{{{ {path} }}}} refers to nothing.")
        self.path = path


def look_up(path: str, context: JsonObject) -> Json:
    """The value at a dotted path; list positions are numbers from 0. UnknownReference if there is none.

    >>> look_up("case.features.0.name", {"case": {"features": [{"name": "weight"}]}})
    'weight'
    """
    value: Json = context
    for part in path.split("."):
        value = _step_into(value, part, path)
    return value


def _step_into(value: Json, part: str, path: str) -> Json:
    if isinstance(value, Mapping) and part in value:
        return value[part]
    if isinstance(value, Sequence) and not isinstance(value, str) and part.isdigit() and int(part) < len(value):
        return value[int(part)]
    raise UnknownReference(path)


def resolve(value: Json, context: JsonObject) -> Json:
    """The value with every reference replaced, all the way down.

    A string that is one reference only becomes the raw value; inside a longer text it becomes text.

    >>> resolve({"a": "{{ case.n }}", "b": "n = {{ case.n }}"}, {"case": {"n": 3}})
    {'a': 3, 'b': 'n = 3'}
    """
    if isinstance(value, str):
        return _resolve_text(value, context) if "{{" in value else value
    if isinstance(value, Mapping):
        return {key: resolve(inner, context) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [resolve(inner, context) for inner in value]
    return value


def _resolve_text(text: str, context: JsonObject) -> Json:
    whole = REFERENCE.fullmatch(text.strip())
    if whole:
        return _told(whole[1], context)
    return REFERENCE.sub(lambda match: as_text(_told(match[1], context)), text)


def _told(path: str, context: JsonObject) -> Json:
    """The value at a path; a stand-in for what this person was not asked or did not say, which stops nobody."""
    if path.partition(".")[0] not in BY_PERSON:
        return look_up(path, context)
    try:
        found = look_up(path, context)
    except UnknownReference:
        found = None
    return UNTOLD if found is None else found


def as_text(value: Json) -> str:
    """How a value reads inside a sentence.

    >>> as_text(True), as_text(21.0), as_text(1234567.5), as_text(None), as_text(["a", "b"])
    ('yes', '21', '1234567.5', '', 'a, b')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(as_text(inner) for inner in value)
    return str(value)


def in_words(told: Json) -> Json:
    """What a person told, each number as text: what shows text may show any answer.

    >>> in_words({"age": 40, "job": "baker"})
    {'age': '40', 'job': 'baker'}
    """
    if isinstance(told, Mapping):
        return {name: in_words(inner) for name, inner in told.items()}
    return as_text(told) if isinstance(told, int | float) else told


def in_language(value: Json, language: str, languages: tuple[str, ...]) -> Json:
    """Every ``{language: text}`` mapping replaced by its text; the first language stands in for a missing one.

    >>> in_language({"label": {"en": "Yes", "de": "Ja"}}, "de", ("en", "de"))
    {'label': 'Ja'}
    """
    if isinstance(value, Mapping):
        if value and set(value) <= set(languages):
            return value.get(language, next(iter(value.values())))
        return {key: in_language(inner, language, languages) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [in_language(inner, language, languages) for inner in value]
    return value
