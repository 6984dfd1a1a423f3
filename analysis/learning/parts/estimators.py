"""Scikit-learn's estimators, alone and in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.learning.components import (
    Anything,
    Finding,
    ListOf,
    MappingOf,
    Parameter,
    Record,
    Text,
    component,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analysis.learning.estimators.wanted import InARow, Wanted
    from experiments.types import Json, JsonObject

NAME = Parameter(Text(100, 1), "A class of scikit-learn, such as LogisticRegression.")
PARAMETERS = Parameter(MappingOf(Anything()), "By name; {estimator: …, parameters: …} for one inside.", default={})
STEP = Record({"name": NAME, "parameters": PARAMETERS, "as": Parameter(Text(100), "Its name in the row.", default="")})


def _estimator_faults(config: JsonObject) -> Iterator[Finding]:
    from analysis.learning.components.templates import candidates
    from analysis.learning.estimators.wanted import faults

    swept = candidates(config["name"])
    for path, name in [((), config["name"])] if swept is None else swept:
        for at, message, hint in faults(name, config.get("parameters", {}) if swept is None else {}):
            yield (at[0], *path, *at[1:]), message, hint


def _step_faults(config: JsonObject) -> Iterator[Finding]:
    steps = config["steps"]
    for number, step in enumerate(steps if isinstance(steps, list) else []):
        if isinstance(step, dict) and "name" in step:
            yield from ((("steps", number, *at), message, hint) for at, message, hint in _estimator_faults(step))


@component(
    "estimator",
    "estimator",
    parameters={"name": NAME, "parameters": PARAMETERS},
    packages=("sklearn",),
    check=_estimator_faults,
)
def estimator(*, name: str, parameters: Mapping[str, Json]) -> Wanted:
    """Any estimator of scikit-learn.

    Its parameters are checked by scikit-learn itself before anything is queued. What takes a random state gets one that
    follows from the run's seed.
    """
    from analysis.learning.estimators.wanted import Wanted

    return Wanted(name, parameters)


@component(
    "estimator",
    "pipeline",
    parameters={"steps": Parameter(ListOf(STEP, least=1), "In their order; the last one predicts.")},
    packages=("sklearn",),
    check=_step_faults,
)
def pipeline(*, steps: Sequence[Mapping[str, object]]) -> InARow:
    """Several estimators of scikit-learn in a row.

    All but the last prepare what the next one gets, and learn how from the training split alone.
    """
    from analysis.learning.estimators.wanted import InARow, step

    return InARow([step(number, made) for number, made in enumerate(steps)])
