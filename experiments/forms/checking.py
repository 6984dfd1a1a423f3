"""A part of a definition held against the schema, with each problem at the line of the field it was typed into."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import cast

from experiments.checking import definition_problems
from experiments.forms.fields import sentence
from experiments.problems import Positions, Problem, parts_of
from experiments.types import Json, JsonObject


def entry_problems(key: str, entry: Json, *, beside: JsonObject | None = None) -> list[Problem]:
    """What is wrong with one factor, measure or `allocation` by itself. Paths start inside the entry."""
    is_single = key in ("allocation", "stimuli", "exclusions")
    definition = {"slug": "x", "title": "x", **(beside or {}), key: entry if is_single else [entry]}
    prefix = key if is_single else f"{key}[0]"
    return inside(definition_problems(cast(Json, definition), ("en",)), prefix)


def step_problems(
    definition: JsonObject, step: JsonObject, *, languages: Sequence[str], at: int | None = None
) -> list[Problem]:
    """What is wrong with a step among the others of its experiment: shape, names, props. at: its place, None: last."""
    others = [cast(JsonObject, each) for each in cast("Sequence[Json]", definition.get("steps") or ())]
    place = len(others) if at is None else at
    steps = [*others[:place], step, *others[place + (at is not None) :]]
    whole = cast(Json, {**definition, "steps": cast(Json, steps)})
    return inside(definition_problems(whole, languages), f"steps[{place}]")


def inside(problems: Collection[Problem], prefix: str) -> list[Problem]:
    """Those below the prefix, their paths without it; all of them for an empty one."""
    if not prefix:
        return list(problems)
    kept = [each for each in problems if each.path == prefix or each.path.startswith((f"{prefix}.", f"{prefix}["))]
    return [
        Problem(each.line, each.column, each.path[len(prefix) :].removeprefix("."), each.message, each.hint)
        for each in kept
    ]


def sentences(problems: Collection[Problem], positions: Positions, *, below: str) -> list[str]:
    """Problems below one field as lines of that field, each with its line in the text."""
    return list(dict.fromkeys(sentence(_placed(problem, positions)) for problem in inside(problems, below)))


def _placed(problem: Problem, positions: Positions) -> Problem:
    line, column = positions.of(parts_of(problem.path))
    return Problem(line, column, problem.path, problem.message, problem.hint)
