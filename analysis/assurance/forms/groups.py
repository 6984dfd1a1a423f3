"""Groups as people write them, one a line, and as documents have them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from experiments.errors import BadValue
from experiments.types import Json, JsonObject

GROUP: Final = re.compile(
    r"(?P<name>[A-Za-z_]\w*)\s*:\s*(?P<column>[^=<>]+?)\s*(?P<how>>=|<=|=|>|<)\s*(?P<value>.+?)\s*"
)
HOW: Final = {"=": "equals", ">": "above", "<": "below", ">=": "at_least", "<=": "at_most"}


def groups_in(text: str) -> dict[str, Json]:
    """One a line. BadValue names the line that cannot be read.

    >>> groups_in("F: sex = Female")
    {'F': {'column': 'sex', 'equals': 'Female'}}
    """
    if text.strip().startswith("{"):
        return _object_in(text)
    found: dict[str, Json] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        read = GROUP.fullmatch(line.strip())
        if read is None:
            raise BadValue(f"Line {number}, “{line.strip()[:60]}”, is no group.", hint="Write: F: sex = Female")
        if read["name"] in found:
            raise BadValue(f"Line {number}: there is a group {read['name']} already.", hint="Take another name.")
        found[read["name"]] = {"column": read["column"].strip(), HOW[read["how"]]: _value(read["how"], read["value"])}
    return found


def _value(how: str, text: str) -> Json:
    try:
        number = float(text)
    except ValueError as error:
        if how == "=":
            return text.strip("\"'")
        raise BadValue(f"“{text}” is no number.", hint="After > and < stands a number.") from error
    return int(number) if number.is_integer() else number


def lines_of(groups: JsonObject) -> str:
    """The way back. What no line can say is one JSON object, which `groups_in` reads as well.

    >>> lines_of({"F": {"column": "sex", "equals": "Female"}})
    'F: sex = Female'
    """
    lines = [_line(name, condition) for name, condition in groups.items()]
    return "\n".join(filter(None, lines)) if all(lines) else json.dumps(groups, ensure_ascii=False)


def _line(name: str, condition: Json) -> str:
    if not isinstance(condition, Mapping) or len(condition) != 2 or "column" not in condition:
        return ""
    signs = {word: sign for sign, word in HOW.items()}
    [(word, value)] = [(word, value) for word, value in condition.items() if word != "column"]
    if word not in signs or not isinstance(value, str | int | float):
        return ""
    return f"{name}: {condition['column']} {signs[word]} {value}"


def _object_in(text: str) -> dict[str, Json]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadValue(f"This is no JSON: {error}.", hint="Write one group a line: F: sex = Female") from error
    return dict(found)
