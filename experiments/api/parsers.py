"""What comes in: JSON or YAML, as plain values that the database can hold."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from experiments import yaml_file
from experiments.problems import Positions
from experiments.storable import NUL, UNSTORABLE, is_storable_number
from experiments.types import Json

DEEPEST = 60


class StrictJsonParser(BaseParser):
    """RFC 8259 JSON in UTF-8. Refused: NaN, numbers beyond any measure, NUL and half characters, a key twice."""

    media_type = "application/json"

    def parse(  # type: ignore[override]  # the stubs know objects only; JSON has lists too
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, object] | None = None
    ) -> Json:
        """ParseError with what is wrong."""
        return read_json(stream.read())


def read_json(body: bytes) -> Json:
    """The value of a JSON text. ParseError with what is wrong."""
    try:
        value = DECODER.decode(body.decode(_encoding_of(body), "surrogatepass"))
    except UnicodeDecodeError as error:
        raise ParseError("The body is not UTF-8.", code="malformed") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ParseError(f"The body is not valid JSON: {error.msg} ({place}).", code="malformed") from error
    except ValueError as error:
        raise ParseError(f"The body cannot be taken: {error}", code="malformed") from error
    except RecursionError as error:
        raise ParseError(_too_deep(), code="malformed") from error
    return require_storable(value)


@dataclass(frozen=True, slots=True)
class YamlBody:
    """A YAML body with the place of each value, so that what is wrong with it can name lines."""

    document: Json
    positions: Positions


class YamlParser(BaseParser):
    """A study file, or a part of one."""

    media_type = "application/yaml"

    def parse(  # type: ignore[override]  # who names this parser reads its own class
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, object] | None = None
    ) -> YamlBody:
        """StudyFileError with every problem."""
        document, positions = yaml_file.load(stream.read())
        return YamlBody(require_storable(document), positions)


def require_storable(value: Json, depth: int = 0) -> Json:
    """The value, if PostgreSQL can hold it; ParseError otherwise."""
    if depth > DEEPEST:
        raise ParseError(_too_deep(), code="malformed")
    if isinstance(value, str):
        _require_text(value)
    elif isinstance(value, bool) or value is None:
        return value
    elif isinstance(value, int | float):
        if not is_storable_number(value):
            raise ParseError("The body holds a number that is too large to keep.", code="malformed")
    elif isinstance(value, dict | Mapping):  # dict first: it is found at once
        for key, inner in value.items():
            _require_text(key)
            require_storable(inner, depth + 1)
    elif isinstance(value, Sequence):
        for inner in value:
            require_storable(inner, depth + 1)
    return value


def _require_text(text: str) -> None:
    if NUL in text:
        raise ParseError("The body holds a text with a NUL character, which no text may.", code="malformed")
    if not text.isascii() and UNSTORABLE.search(text):
        raise ParseError("The body holds half a character (a lone surrogate).", code="malformed")


def _encoding_of(body: bytes) -> str:
    """As `json.detect_encoding`, which looks further only at what does not begin like an object in UTF-8."""
    return "utf-8" if body[:2] == b'{"' else json.detect_encoding(body)


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name} has no place in JSON.")


def _without_doubles(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    result = dict(pairs)
    if len(result) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # adds
        raise ValueError(f"the key “{twice}” stands twice in an object.")
    return result


def _too_deep() -> str:
    return f"Lists and objects are nested deeper than {DEEPEST}."


DECODER = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_without_doubles)
