"""Changing one component in a document's text: what people wrote around it, comments included, stays as it is."""

from __future__ import annotations

from collections.abc import Mapping

from experiments.problems import Positions
from experiments.types import Json, JsonObject
from experiments.yaml_file import dump, load

SECTION = "components"
INDENT = 2


def put_component(text: str, name: str, entry: JsonObject) -> str:
    """The text with that component, new or in the place of the old one. StudyFileError if it cannot be read.

    >>> print(put_component("seed: 18 # mine", "net", {"kind": "model", "type": "mlp"}))
    seed: 18 # mine
    <BLANKLINE>
    components:
      net:
        kind: model
        type: mlp
    <BLANKLINE>
    """
    return _changed(text, name, entry)


def drop_component(text: str, name: str) -> str:
    """The text without it; the same text if there is none of that name."""
    return _changed(text, name, None)


def _changed(text: str, name: str, entry: JsonObject | None) -> str:
    document, positions = load(text) if text.strip() else ({}, Positions())
    whole = dict(document) if isinstance(document, Mapping) else {}
    wanted = _wanted(whole, name, entry)
    spliced = _spliced(text, name, entry, positions) if whole.get(SECTION) else _appended(text, name, entry, whole)
    return spliced if spliced.strip() and load(spliced)[0] == wanted else dump(wanted)


def _wanted(whole: Mapping[str, Json], name: str, entry: JsonObject | None) -> dict[str, Json]:
    section = whole.get(SECTION)
    components = dict(section) if isinstance(section, Mapping) else {}
    components.pop(name, None) if entry is None else components.update({name: entry})
    return {**whole, SECTION: components}


def _appended(text: str, name: str, entry: JsonObject | None, whole: Mapping[str, Json]) -> str:
    if entry is None or SECTION in whole:
        return ""
    before = f"{text.rstrip()}\n\n" if text.strip() else ""
    return f"{before}{SECTION}:\n{_written(name, entry, INDENT)}"


def _spliced(text: str, name: str, entry: JsonObject | None, positions: Positions) -> str:
    """With the lines of the component exchanged. Empty if it does not stand on lines of its own."""
    keys = {str(path[1]): place for path, place in positions.keys.items() if len(path) == 2 and path[0] == SECTION}
    columns = {column for _, column in keys.values()}
    lines = text.splitlines()
    if len(columns) != 1 or positions.keys[(SECTION,)][0] in {line for line, _ in keys.values()}:
        return ""
    indent = columns.pop() - 1
    start, end = _range(lines, name, {key: line - 1 for key, (line, _) in keys.items()}, indent)
    new = _written(name, entry, indent).splitlines() if entry is not None else []
    return "\n".join([*lines[:start], *new, *lines[end:]]) + "\n"


def _range(lines: list[str], name: str, starts: Mapping[str, int], indent: int) -> tuple[int, int]:
    """Which lines the component has: from its key to its last value. A new one comes after the last."""
    last = name if name in starts else max(starts, key=lambda key: starts[key])
    begin = starts[last]
    end = begin + 1
    for number in range(begin + 1, len(lines)):
        line = lines[number]
        if line.strip() and not line.lstrip().startswith("#"):
            if len(line) - len(line.lstrip()) <= indent:
                break
            end = number + 1
    return (begin, end) if name in starts else (end, end)


def _written(name: str, entry: JsonObject, indent: int) -> str:
    space = " " * indent
    return "".join(f"{space}{line}\n" for line in dump({name: entry}).splitlines())
