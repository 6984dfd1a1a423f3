"""One trial: a sample of some size, one contender, the judgement of the whole world."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np

from analysis.learning.components import Finding, Parameter, Record, Whole
from analysis.learning.running import Reporter, Task
from analysis.safety import subjects
from analysis.safety.curves.contenders import Answer, as_written
from analysis.safety.curves.population import Judged, Population, population_of
from analysis.safety.curves.reading import DECIDED, PROBABILISTIC
from analysis.safety.curves.shipped import CONTENDERS
from analysis.safety.setting import regime_of
from analysis.safety.terms import Regime
from experiments.blueprint import json_object
from experiments.problems import path_text
from experiments.storable import finite_or_text
from experiments.types import Json, JsonObject

FEWEST: Final = 10
TRIAL: Final = Record(
    {
        "rows": Parameter(Whole(FEWEST, 100_000_000), "How many rows the sample has: the curves' axis."),
        "number": Parameter(Whole(1, 1_000_000), "Which of the trials of that size; each draws other rows.", 1),
        "contender": Parameter(CONTENDERS, "Who trains on the sample: safe, unconstrained, fairlearn.", "safe"),
        "seed": Parameter(Whole(0, 2**53 - 1), "Of the samples: contenders of one seed meet the same rows.", 18),
    }
)
ENDINGS: Final = {PROBABILISTIC: "", DECIDED: "_decided"}
"""What stands behind the name of a figure, by terms."""


def without_trial(setting: JsonObject) -> JsonObject:
    """What is left is a setting of the procedure `safe`."""
    return {name: value for name, value in setting.items() if name != "trial"}


def faults(setting: JsonObject) -> list[tuple[str, str]]:
    """Everything that can be said before a row is read: of the training, and of the trial."""
    found = [*subjects.faults(without_trial(setting)), *_trial_faults(setting)]
    return [(path_text(path), f"{message} {hint}".rstrip()) for path, message, hint in found]


def _trial_faults(setting: JsonObject) -> Iterator[Finding]:
    if "trial" not in setting:
        yield ("trial",), "Nothing says what a trial is.", "Write trial: {rows: …, number: …, contender: safe}."
        return
    if setting.get("regime") == Regime.REINFORCEMENT:
        yield ("regime",), "Curves need rows with labels.", "Recorded episodes do not say what others would bring."
    found = [(("trial", *path), message, hint) for path, message, hint in TRIAL.faults(setting["trial"])]
    yield from found
    if not found and setting.get("regime", Regime.BINARY) in set(Regime):
        contender = _read(setting)["contender"]
        inner = contender.faults_in({**setting, "regime": str(regime_of(setting))})
        yield from ((("trial", "contender", *path), message, hint) for path, message, hint in inner)


def carry_out(task: Task, reporter: Reporter) -> JsonObject:
    """The result of the run. ValueError for a setting or data that cannot be trusted."""
    if found := faults(task.setting):
        raise ValueError("\n".join(f"{path}: {said}" for path, said in found))
    trial = _read(task.setting)
    reporter.progress(phase="load", epoch=1)
    population = _population(json.dumps(without_trial(task.setting), sort_keys=True))
    reporter.progress(phase="train", epoch=1)
    sample = population.sample(trial["rows"], seed=trial["seed"], number=trial["number"])
    answer = trial["contender"].answer(population, sample, rng=np.random.default_rng(task.seed))
    judged = {} if answer.outputs is None else population.judged(answer.outputs)
    figures = figures_of(answer, judged)
    written = json_object(task.setting["trial"]).get("contender", "safe")
    reporter.measured(epoch=1, split="population", values=figures)
    told = {name: finite_or_text(value) for name, value in figures.items()}
    return {**_described(population, trial, answer, judged, written), **told}


def figures_of(answer: Answer, judged: Mapping[str, Judged]) -> dict[str, float]:
    """What runs are sorted and drawn by. No solution is never a failure, and has no performance."""
    found = {"returned": float(answer.outputs is not None)}
    for terms, ending in ENDINGS.items():
        if terms in judged:
            found[f"performance{ending}"] = judged[terms].performance
            found[f"failed{ending}"] = float(judged[terms].broken)
        elif answer.outputs is None:
            found[f"failed{ending}"] = 0.0
    return found


def _described(
    population: Population, trial: Mapping[str, Any], answer: Answer, judged: Mapping[str, Judged], written: Json
) -> JsonObject:
    values: dict[str, Json] = {terms: [finite_or_text(value) for value in one.values] for terms, one in judged.items()}
    constraints: list[Json] = [{"text": one.text, "delta": one.delta} for one in population.constraints]
    return {
        "contender": as_written(written),
        "rows": trial["rows"],
        "number": trial["number"],
        "promises": trial["contender"].promises,
        "world": len(population),
        "performance_is": "mean squared error" if population.is_regression else "accuracy",
        "constraints": constraints,
        "values": values,
        "reason": answer.reason,
    }


def _read(setting: JsonObject) -> dict[str, Any]:
    read: dict[str, Any] = TRIAL.read(setting["trial"])
    return read


@lru_cache(maxsize=2)
def _population(setting: str) -> Population:
    """A worker does many trials of one world: it is read once. Populations never change."""
    return population_of(json.loads(setting))
