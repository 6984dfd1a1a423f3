"""From JSON to a plan, or everything that is wrong with it at once, each with its path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from jsonschema import Draft202012Validator

from analysis.registered.document.estimands import Estimand, EstimandKind
from analysis.registered.document.schema import SCHEMA
from analysis.registered.document.sense import findings
from analysis.registered.document.words import (
    LEVEL,
    Aim,
    Contrast,
    ContrastKind,
    Correction,
    Edge,
    Exclusion,
    Family,
    Graph,
    Looks,
    LooksKind,
    Method,
    Plan,
    Prior,
    Question,
    Role,
    Spending,
    Winsor,
)
from experiments.blueprint import json_object
from experiments.errors import Invalid
from experiments.problems import Positions, Problem
from experiments.schema import shape_problems
from experiments.types import Json, JsonObject

_VALIDATOR = Draft202012Validator(cast("Mapping[str, object]", SCHEMA))


def parse(document: Json, definition: JsonObject | None = None) -> Plan:
    """The plan. Invalid with every problem and its path, such as `questions[2].margin`, if it is none.

    definition: of the experiment that it is for; with it names of measures, arms, factors and levels are checked too.
    """
    found = problems_of(document, definition)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        first = found[0]
        raise Invalid(
            f"{first.path}: {first.message}{more}",
            hint=first.hint,
            errors=tuple(problem.as_error() for problem in found),
        )
    return _plan(cast(JsonObject, document))


def unchecked(document: Json) -> Plan | None:
    """What it says, though it may make no sense; None if not even its shape is right."""
    return None if any(_VALIDATOR.iter_errors(document)) else _plan(cast(JsonObject, document))


def as_typed(document: Json) -> Plan:
    """The plan of a form's fields, that all read as what they are: whether it makes sense is not asked."""
    return _plan(cast(JsonObject, document))


def problems_of(
    document: Json, definition: JsonObject | None = None, positions: Positions | None = None
) -> list[Problem]:
    """Everything wrong with it: its shape or, if that holds, its sense."""
    places = positions or Positions()
    found = list(shape_problems(document, places, _VALIDATOR))
    if not found:
        found = [places.problem(*each) for each in findings(_plan(cast(JsonObject, document)), definition)]
    return [Problem(p.line, p.column, p.path.replace("the file", "the plan"), p.message, p.hint) for p in found]


def _plan(entry: JsonObject) -> Plan:
    return Plan(
        questions=tuple(_question(each) for each in _entries(entry, "questions")),
        families=tuple(_family(each) for each in _entries(entry, "families")),
        exclusions=tuple(_exclusion(each) for each in _entries(entry, "exclusions")),
        looks=_looks(json_object(entry.get("looks"))),
        level=_real(entry.get("level"), LEVEL),
        slices=_names(entry, "slices"),
        seed=int(cast(int, entry.get("seed", 18))),
        note=str(entry.get("note") or ""),
    )


def _question(entry: JsonObject) -> Question:
    winsor, prior, margin = entry.get("winsor"), entry.get("prior"), entry.get("margin")
    return Question(
        name=str(entry["name"]),
        measure=str(entry["measure"]),
        role=Role(str(entry["role"])),
        contrast=_contrast(json_object(entry["contrast"])),
        estimand=_estimand(json_object(entry.get("estimand"))),
        method=Method(str(entry.get("method") or Method.ANYTIME)),
        aim=Aim(str(entry.get("aim") or Aim.DIFFERENT)),
        margin=None if margin is None else _real(margin, 0.0),
        aggregate=str(entry.get("aggregate") or "mean"),
        covariates=_names(entry, "covariates"),
        winsor=None if winsor is None else _winsor(json_object(winsor)),
        prior=None if prior is None else _prior(json_object(prior)),
    )


def _contrast(entry: JsonObject) -> Contrast:
    return Contrast(
        kind=ContrastKind(str(entry["kind"])),
        arm=_text(entry.get("arm")),
        control=_text(entry.get("control")),
        factor=_text(entry.get("factor")),
        level=entry.get("level"),
        baseline=entry.get("baseline"),
        factors=_names(entry, "factors"),
    )


def _estimand(entry: JsonObject) -> Estimand:
    p = entry.get("p")
    kind = EstimandKind(str(entry.get("kind") or EstimandKind.ABSOLUTE))
    return Estimand(
        kind,
        _text(entry.get("per")),
        None if p is None else _real(p, 0.5),
        _text(entry.get("coefficient")),
        _names(entry, "items"),
        _names(entry, "turned"),
        _text(entry.get("seen")),
    )


def _winsor(entry: JsonObject) -> Winsor:
    return Winsor(_real(entry.get("low"), 0.0), _real(entry.get("high"), 1.0))


def _prior(entry: JsonObject) -> Prior:
    return Prior(
        _real(entry.get("mean"), 0.0),
        _real(entry.get("sd"), 0.3),
        str(entry.get("source") or ""),
        _real(entry.get("weight"), 1.0),
    )


def _exclusion(entry: JsonObject) -> Exclusion:
    return Exclusion(str(entry["rule"]), json_object(entry.get("settings")), str(entry.get("reason") or ""))


def _family(entry: JsonObject) -> Family:
    graph = entry.get("graph")
    return Family(
        name=str(entry["name"]),
        questions=_names(entry, "questions"),
        correction=Correction(str(entry["correction"])),
        level=_real(entry.get("level"), LEVEL),
        graph=None if graph is None else _graph(json_object(graph)),
    )


def _graph(entry: JsonObject) -> Graph:
    weights = {name: _real(weight, 0.0) for name, weight in json_object(entry["weights"]).items()}
    edges = (
        Edge(str(each["source"]), str(each["target"]), _real(each["weight"], 0.0)) for each in _entries(entry, "edges")
    )
    return Graph(weights, tuple(edges))


def _looks(entry: JsonObject) -> Looks:
    parameter, units = entry.get("parameter"), entry.get("units")
    return Looks(
        kind=LooksKind(str(entry.get("kind") or LooksKind.ALWAYS)),
        parts=tuple(_real(each, 0.0) for each in cast("list[Json]", entry.get("parts") or ())),
        spending=Spending(str(entry.get("spending") or Spending.OBRIEN_FLEMING)),
        parameter=None if parameter is None else _real(parameter, 0.0),
        units=None if units is None else int(cast(int, units)),
    )


def _entries(entry: JsonObject, key: str) -> list[JsonObject]:
    return [json_object(each) for each in cast("list[Json]", entry.get(key) or ())]


def _names(entry: JsonObject, key: str) -> tuple[str, ...]:
    return tuple(str(each) for each in cast("list[Json]", entry.get(key) or ()))


def _text(value: Json) -> str | None:
    return None if value is None else str(value)


def _real(value: Json, default: float) -> float:
    return default if value is None else float(cast(float, value))
