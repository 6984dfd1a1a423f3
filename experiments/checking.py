"""Everything that is wrong with a study file or a definition: shape, names, and the props of each component."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from experiments import component_kinds
from experiments.problems import Path, Positions, Problem, parts_of, path_text
from experiments.schema import check, check_experiment
from experiments.sections import SECTIONS
from experiments.storable import UNSTORABLE, is_storable_number
from experiments.types import Json


def problems_of(document: Json, positions: Positions | None = None) -> list[Problem]:
    """Of a whole study file, in the order of its lines; an empty list means that it can be imported."""
    places = positions or Positions()
    found = [places.problem(*each) for each in _unstorable(document, ())]
    found += check(document, places, kinds=component_kinds.KINDS)
    entries = _list(document, "experiments")
    languages = _languages(document)
    for index, experiment in enumerate(entries):
        found += [places.problem(*each) for each in _props(experiment, ("experiments", index), languages)]
    found += [places.problem(*each) for each in _sections(document)]
    return sorted(_unique(found), key=lambda problem: (problem.line, problem.column))


def definition_problems(
    definition: Json, languages: Sequence[str], positions: Positions | None = None
) -> list[Problem]:
    """Of one definition. Paths start at the experiment; lines are named where `positions` knows them."""
    found = check_experiment(definition, languages=languages, kinds=component_kinds.KINDS)
    found += [Positions().problem(*each) for each in _props(definition, (), languages)]
    places = {path_text(path): place for path, place in _places(positions).items()}
    placed = [_placed(problem, places) for problem in _unique(found)]
    return sorted(placed, key=lambda problem: (problem.line, problem.column))


def _placed(problem: Problem, places: Mapping[str, tuple[int, int]]) -> Problem:
    """With its line. What is said of the whole says so, by a word of its own."""
    is_whole = problem.path in ("experiments[0]", "")
    line, column = places.get("the file" if is_whole else problem.path, (problem.line, problem.column))
    return Problem(line, column, "the definition" if is_whole else problem.path, problem.message, problem.hint)


def _places(positions: Positions | None) -> dict[Path, tuple[int, int]]:
    return {**positions.values, **positions.keys} if positions else {}


def _unique(problems: Sequence[Problem]) -> list[Problem]:
    return list({(problem.path, problem.message): problem for problem in problems}.values())


def _props(experiment: Json, path: Path, languages: Sequence[str]) -> Iterator[tuple[Path, str, str]]:
    """(path, message, hint) for what the kinds themselves say."""
    for number, step in enumerate(_list(experiment, "steps")):
        for index, component in enumerate(_list(step, "components")):
            here = (*path, "steps", number, "components", index)
            if isinstance(component, Mapping):
                for problem in component_kinds.props_problems(component, languages):
                    yield (*here, *parts_of(problem.path)), problem.message, problem.hint


def _sections(document: Json) -> Iterator[tuple[Path, str, str]]:
    """What the rooms above say of their own sections."""
    for name, section in SECTIONS.items():
        if isinstance(document, Mapping) and name in document:
            yield from (((name, *path), message, hint) for path, message, hint in section.findings(document[name]))


def _unstorable(value: Json, path: Path) -> Iterator[tuple[Path, str, str]]:
    """What is good YAML, and yet no value that PostgreSQL can hold."""
    if isinstance(value, str):
        if UNSTORABLE.search(value):
            yield path, "This text has a character that cannot be stored (NUL or half a character).", "Remove it."
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _unstorable(str(key), (*path, str(key)))
            yield from _unstorable(inner, (*path, str(key)))
    elif isinstance(value, Sequence):
        for index, inner in enumerate(value):
            yield from _unstorable(inner, (*path, index))
    elif isinstance(value, int | float) and not is_storable_number(value):
        yield path, "This number is too large to be stored.", "Write a smaller one."


def _list(value: Json, key: str) -> list[Json]:
    entries = value.get(key) if isinstance(value, Mapping) else None
    return list(entries) if isinstance(entries, Sequence) and not isinstance(entries, str) else []


def _languages(document: Json) -> list[str]:
    study = document.get("study") if isinstance(document, Mapping) else None
    return [code for code in _list(study, "languages") if isinstance(code, str)] or ["en"]
