"""The one way in: a method's key, a table, which columns play which role, settings; out comes an answer in lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from analysis.statistics.methods import METHODS, Method
from analysis.statistics.methods.door import Default, Door
from analysis.statistics.words import BEYOND, Estimate, NoAnswer, Tested
from analysis.toolbox.computing.answered import Answered, Line
from analysis.toolbox.computing.calling import example_roles, example_settings
from analysis.toolbox.computing.problems import BadInput, Problem
from analysis.toolbox.computing.reading import Reading, Roles, read
from analysis.toolbox.computing.sides import Way, versus
from analysis.toolbox.computing.table import Table
from analysis.toolbox.computing.ways import counts, looking, means, questions, ranks

WAYS: Final[Mapping[str, Way]] = {**means.WAYS, **counts.WAYS, **ranks.WAYS, **looking.WAYS, **questions.WAYS}


def door_of(method: Method) -> Door:
    """BadInput, with where it is found instead, of a method that has none."""
    if not isinstance(method.door, Door):
        raise BadInput([Problem(method.door.why)])
    return method.door


def answer(method: Method, table: Table, roles: Roles, settings: Mapping[str, Default]) -> Answered:
    """The answer, or the sentence why there is none. BadInput, with places, where the table does not fit the method."""
    reading = read(door_of(method), table, roles, settings)
    lines, why_not = _asked(method.key, reading)
    remarks = dict.fromkeys([*reading.remarks, *(each for line in lines for each in line.remarks)])
    columns = {role: tuple(names) for role, names in reading.roles.items()}
    return Answered(method, lines, tuple(remarks), why_not, columns, reading.given.settings, reading.given.n)


def example_answer(method: Method) -> Answered:
    """Of the example that the method carries."""
    door = door_of(method)
    example = door.shapes[0].example
    return answer(method, Table(example.columns), example_roles(door.shapes[0]), example_settings(door, door.shapes[0]))


def _asked(key: str, reading: Reading) -> tuple[tuple[Line, ...], str]:
    try:
        with np.errstate(all="ignore"):
            return tuple(_lines(WAYS[key](reading.given), reading)), ""
    except NoAnswer as nothing:
        return (), str(nothing)
    except BadInput:
        raise
    except (OverflowError, ZeroDivisionError):
        return (), BEYOND
    except ValueError as error:
        raise BadInput([Problem(f"The data do not fit this method: {str(error).removesuffix('.')}.")]) from error


def _lines(found: object, reading: Reading) -> Iterable[Line]:
    name = versus(reading.given) if any(each.name == "treatment" for each in reading.shape.settings) else ""
    if isinstance(found, Estimate):
        return [Line(name, found)]
    if isinstance(found, Tested):
        beside = found.estimate
        return [Line(name, tested=found), *([Line(METHODS[beside.method].title, beside)] if beside else [])]
    if isinstance(found, list):
        return found
    raise TypeError(f"A way answers with an estimate, a test or lines, not {type(found).__name__}.")
