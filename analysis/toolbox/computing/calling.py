"""The command and the call of the API that ask the same. No NumPy: the list of methods is made from it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence

from analysis.statistics.methods import METHODS, Method
from analysis.statistics.methods.door import Cell, Default, Door, NoDoor, Setting, Shape

FILE = "data.csv"


def command_of(
    method: Method, roles: Mapping[str, Sequence[str]], settings: Mapping[str, Default], file: str = FILE
) -> str:
    """As a shell takes it; settings that are as they are anyway are left out."""
    columns = [f"--{role} {' '.join(map(shlex.quote, names))}" for role, names in roles.items() if names]
    said = [f"--set {shlex.quote(f'{name}={_told(value)}')}" for name, value in settings.items() if value is not None]
    return " ".join(["./machina manage statistics", method.key, f"--csv {shlex.quote(file)}", *columns, *said])


def example_command(method: Method) -> str:
    """On its own example data, saved as data.csv; empty for a method without a door."""
    if isinstance(method.door, NoDoor):
        return ""
    shape = method.door.shapes[0]
    return command_of(method, example_roles(shape), example_settings(method.door, shape))


def example_roles(shape: Shape) -> dict[str, tuple[str, ...]]:
    """Which columns of its example play which role."""
    return {role: (names,) if isinstance(names, str) else names for role, names in shape.example.roles.items()}


def example_settings(door: Door, shape: Shape) -> dict[str, Default]:
    """What has to be said with its example; the rest stays as it is."""
    said = {each.name: each.example for each in door.settings_of(shape) if each.is_required}
    return {**said, **door.example}


def changed(settings: Sequence[Setting], given: Mapping[str, Default]) -> dict[str, Default]:
    """Those that are not as they are anyway."""
    defaults = {each.name: each.default for each in settings}
    return {name: value for name, value in given.items() if value is not None and value != defaults.get(name)}


def body_of(
    columns: Mapping[str, Sequence[Cell]], roles: Mapping[str, Sequence[str]], settings: Mapping[str, Default]
) -> str:
    """JSON for the API, a column a line."""
    shown = {role: names[0] if len(names) == 1 else list(names) for role, names in roles.items()}
    lines = ",\n".join(f"    {_json(name)}: {_json(list(cells))}" for name, cells in columns.items())
    more = {"roles": shown, "settings": dict(settings)}
    rest = "".join(f',\n  "{name}": {_json(value)}' for name, value in more.items() if value)
    return f'{{\n  "columns": {{\n{lines}\n  }}{rest}\n}}'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def input_lines(method: Method) -> list[str]:
    """What it reads and may be told, a line for each, as Markdown has it."""
    if isinstance(method.door, NoDoor):
        return [method.door.why]
    told = [f"{shape.title}: {_columns(shape)}" for shape in method.door.shapes]
    said = [f"`{each.name}` ({_setting(each)})" for each in method.door.settings_of(method.door.shapes[0])]
    return [f"{'; or '.join(told)}.", *([f"{', '.join(said)}."] if said else [])]


def found_by(words: str) -> list[Method]:
    """Methods whose key, title, promise or formula hold every word; all of them without a word."""
    wanted = words.lower().split()
    return [method for method in METHODS.values() if all(word in _searched(method) for word in wanted)]


def _searched(method: Method) -> str:
    return " ".join((method.key, method.title, method.sentence, method.needs, method.reference)).lower()


def _columns(shape: Shape) -> str:
    return ", ".join(
        f"`{each.name}`{'…' if each.is_several else ''}{' (optional)' if each.is_optional else ''}"
        for each in shape.columns
    )


def _setting(setting: Setting) -> str:
    if setting.is_required:
        return f"{setting.range_words}; must be said"
    return f"{setting.range_words}; {'may be left out' if setting.default is None else _told(setting.default)}"


def _told(value: Default) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
