"""One task under Machina: run by `bench.safety`, in a process of its own. Prints JSON, as `bench.safety_engine` does.

folder, iterations -> the engine's gradient descent, step by step; with "sqp" for iterations: our search, from the same
start; with "sqp:0.5": and when it first was feasible with an objective of at most that. CPU seconds of candidate
selection, the preparing of the problem included.
"""

from __future__ import annotations

import json
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.optimize
import scipy.special  # noqa: F401 - as above

from analysis.safety.constraints import Vocabulary, parse_constraint
from analysis.safety.demanding import Terms, demand_of
from analysis.safety.models import MODELS
from analysis.safety.objectives import OBJECTIVES, USUAL
from analysis.safety.optimisers import OPTIMISERS
from analysis.safety.optimisers.engine import engine_optimiser
from analysis.safety.supervised import Supervised
from analysis.safety.terms import Array, Candidate, Demand, Look, Mode, Optimiser, Regime, Rows, Samples
from analysis.safety.training import tested
from bench.safety_engine import HYPER
from experiments.types import Json, JsonObject


@dataclass(frozen=True)
class Built:
    """Everything but the search."""

    subject: Supervised
    demands: tuple[Demand, ...]
    start: Array


def built(folder: Path) -> Built:
    """Read and parsed."""
    task, data = json.loads((folder / "task.json").read_text()), np.load(folder / "data.npz")
    regime = Regime.REGRESSION if task["regression"] else Regime.BINARY
    model = MODELS.parse("linear" if task["regression"] else "logistic")
    groups = {"M": data["s"][:, 0] == 1, "F": data["s"][:, 1] == 1}
    samples = Samples(data["x"], data["y"], groups)
    subject = Supervised(samples, model, OBJECTIVES.parse(USUAL[regime]), 0 if task["regression"] else 2)
    known, terms = Vocabulary.of(regime, groups=groups), Terms(mode=Mode.ENGINE)
    demands = tuple(demand_of(parse_constraint(one, known, delta=0.05), terms) for one in task["constraints"])
    return Built(subject, demands, data["start"])


def optimiser(asked: str) -> Optimiser:
    """The engine's descent of so many iterations, or ours."""
    if asked.startswith("sqp"):
        return OPTIMISERS.parse("sqp")
    settings: dict[str, Json] = {name: value for name, value in HYPER.items() if name != "hyper_search"}  # type: ignore[misc]  # plain JSON
    return engine_optimiser({**settings, "num_iters": int(asked)})


@dataclass
class Stopwatch:
    """CPU seconds from its start until a look was as good as the target; infinite before."""

    target: float
    began: float
    reached: float = math.inf

    def __call__(self, iteration: int, of: int, look: Look) -> None:
        if self.reached == math.inf and look.feasible and look.objective <= self.target:
            self.reached = time.process_time() - self.began


def main() -> None:
    """Measure and tell."""
    given = built(Path(sys.argv[1]))
    rows, search = np.arange(given.subject.count, dtype=np.intp), optimiser(sys.argv[2])
    first = round(given.subject.count * 0.4)
    began = time.process_time()
    problem = given.subject.problem(rows[:first], given.demands, size=len(rows) - first)
    prepared = time.process_time() - began
    watch = Stopwatch(float(sys.argv[2].partition(":")[2] or "nan"), began)
    found = search.select(problem, given.start.copy(), rng=np.random.default_rng(0), watch=watch)
    cpu = time.process_time() - began
    times: JsonObject = {"cpu": cpu, "prepared": prepared, "reached": min(watch.reached, cpu)}
    sys.stdout.write("\n" + json.dumps({**times, **told(given, found, rows[first:])}) + "\n")


def told(given: Built, found: Candidate, safety: Rows) -> JsonObject:
    """What the search ended with."""
    outcome = tested(given.subject, found, given.demands, safety, mode=Mode.ENGINE)
    trace = found.trace
    return {
        "theta": None if found.theta is None else found.theta.tolist(),
        "objective": float(trace.objective[-1]),
        "best": float(trace.objective[trace.best]),
        "feasible": found.feasible,
        "iterations": len(trace.objective),
        "safety": [one.upper for one in outcome.verdicts],
        "passed": outcome.passed,
    }


if __name__ == "__main__":
    main()
