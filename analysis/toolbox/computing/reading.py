"""A table read as a method wants it: roles of columns, cells, settings; or what is wrong, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.statistics.methods.door import Cell, Column, Default, Door, Kind, Setting, Shape
from analysis.toolbox.computing.cells import READERS, number, yes_no
from analysis.toolbox.computing.given import Given, Read, quoted
from analysis.toolbox.computing.problems import BadInput, Problem
from analysis.toolbox.computing.table import Table, is_missing

Roles = Mapping[str, Sequence[str]]
MOST_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """given: for the method. remarks: what was left out."""

    shape: Shape
    roles: Roles
    given: Given
    remarks: tuple[str, ...]


def read(door: Door, table: Table, roles: Roles, settings: Mapping[str, Default]) -> Reading:
    """roles: which columns play which role; what is not said is found by its name. BadInput for what does not fit."""
    shape, found = _shape(door, table, roles)
    known = _settings(door.settings_of(shape), settings)
    columns, kept = _cells(shape, table, found)
    left_out = table.n - kept
    remarks = (_left_out(left_out, table.n),) if left_out else ()
    return Reading(shape, found, Given(columns, known, kept, door.most_units), remarks)


def _left_out(count: int, n: int) -> str:
    if count == 1:
        return f"Of {n} rows one was left out: a cell of it is empty."
    return f"Of {n} rows {count} were left out: a cell of them is empty."


def _shape(door: Door, table: Table, roles: Roles) -> tuple[Shape, dict[str, tuple[str, ...]]]:
    """The first shape for which everything is there."""
    known = {column.name for shape in door.shapes for column in shape.columns}
    problems = [
        Problem(f"“{role}” is no column of this method; known: {quoted(sorted(known))}.")
        for role in roles
        if role not in known
    ]
    for role, names in roles.items():
        problems += [
            Problem(f"There is no column “{name}” for “{role}”; there are {quoted(list(table.columns))}.")
            for name in names
            if name not in table.columns
        ]
    if problems:
        raise BadInput(problems)
    fitting = [shape for shape in door.shapes if all(shape.column(role) for role in roles)]
    for shape in fitting:
        found = _filled(shape, table, roles)
        if shape.needed <= set(found):
            return shape, found
    raise BadInput([Problem(_missing(fitting or list(door.shapes), table, roles))])


def _missing(shapes: Sequence[Shape], table: Table, roles: Roles) -> str:
    told = []
    for shape in shapes:
        lacking = [each for each in shape.columns if each.name in shape.needed - set(_filled(shape, table, roles))]
        told.append(" and ".join(f"“{each.name}” ({each.title[0].lower()}{each.title[1:]})" for each in lacking))
    return f"Say which column is {', or '.join(told)}. There are {quoted(list(table.columns))}."


def _filled(shape: Shape, table: Table, roles: Roles) -> dict[str, tuple[str, ...]]:
    """What was said, then columns called as a role. A role that is alone needed is played by all that are left."""
    found = {role: tuple(names) for role, names in roles.items() if names}
    for column in shape.columns:
        if column.name not in found and column.name in table.columns:
            found[column.name] = (column.name,)
    used = {name for names in found.values() for name in names}
    free = tuple(name for name in table.columns if name not in used)
    lacking = [each for each in shape.columns if each.name in shape.needed and each.name not in found]
    if len(lacking) == len(shape.needed) == 1 and free and (lacking[0].is_several or len(free) == 1):
        found[lacking[0].name] = free
    return found


def _cells(shape: Shape, table: Table, roles: Roles) -> tuple[dict[str, dict[str, Read]], int]:
    problems: list[Problem] = []
    columns: dict[str, dict[str, Read]] = {}
    whole = [True] * table.n
    for column in shape.columns:
        names = roles.get(column.name, ())
        if not names:
            continue
        problems += _number_of_columns(column, names)
        columns[column.name] = {name: _read(column.kind, table.columns[name], name, problems) for name in names}
        if not column.with_gaps:
            for cells in columns[column.name].values():
                whole = [kept and cell is not None for kept, cell in zip(whole, cells, strict=True)]
    if problems:
        raise BadInput(problems)
    rows = [place for place, kept in enumerate(whole) if kept]
    kept: dict[str, dict[str, Read]] = {
        role: {name: [cells[place] for place in rows] for name, cells in named.items()}
        for role, named in columns.items()
    }
    return kept, len(rows)


def _number_of_columns(column: Column, names: Sequence[str]) -> Iterator[Problem]:
    if len(set(names)) < len(names):
        yield Problem(f"“{column.name}” names a column twice.")
    if column.is_several and not column.least <= len(names) <= MOST_COLUMNS:
        yield Problem(f"“{column.name}” takes from {column.least} to {MOST_COLUMNS} columns, not {len(names)}.")
    if not column.is_several and len(names) != 1:
        yield Problem(f"“{column.name}” takes one column, not {len(names)}.")


def _read(kind: Kind, cells: Sequence[Cell], name: str, problems: list[Problem]) -> Read:
    reader = READERS[kind]
    found: list[float | str | None] = []
    for row, cell in enumerate(cells):
        if is_missing(cell):
            found.append(None)
            continue
        try:
            found.append(reader(cell))
        except ValueError as error:
            problems.append(Problem(str(error), name, row))
            found.append(None)
    return found


def _settings(asked: Sequence[Setting], given: Mapping[str, Default]) -> dict[str, Default]:
    known = {each.name: each for each in asked}
    problems = [
        Problem(f"This method has no such setting; known: {quoted(list(known))}.", setting=name)
        for name in given
        if name not in known
    ]
    found: dict[str, Default] = {}
    for name, setting in known.items():
        value = given.get(name)
        try:
            found[name] = setting.default if value is None or value == "" else _setting(setting, value)
        except ValueError as error:
            problems.append(Problem(str(error), setting=name))
        if found.get(name) is None and setting.is_required and not any(each.setting == name for each in problems):
            problems.append(Problem(f"must be said: {setting.title[0].lower()}{setting.title[1:]}.", setting=name))
    if problems:
        raise BadInput(problems)
    return found


def _setting(setting: Setting, value: Default) -> Default:
    """ValueError, with a sentence, for what it may not be."""
    if setting.options and str(value) not in setting.options:
        raise ValueError(f"it is {setting.range_words}, not “{value}”.")
    if setting.options or setting.is_text:
        return str(value)
    if isinstance(setting.default, bool):
        return bool(yes_no(value))
    found = number(value)
    beyond = found < setting.low if setting.low is not None else False
    beyond = beyond or (found > setting.high if setting.high is not None else False)
    beyond = beyond or (setting.is_open and found in (setting.low, setting.high))
    if beyond or (setting.is_whole and found != int(found)):
        raise ValueError(f"it is {setting.range_words}, not {found:g}.")
    return int(found) if setting.is_whole else found
