"""The Seldonian Engine's searches, step by step: gradient descent, and its barrier."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.safety.models import MODELS
from analysis.safety.optimisers.barrier import Wall
from analysis.safety.optimisers.engine import engine_optimiser, engine_problem
from analysis.safety.searching import Divided
from analysis.safety.terms import Candidate, Look
from tests.analysis.safety.facts import FOLDER, Case, facts, number
from tests.analysis.safety.subjects import classification, engine_demands

TRACES: list[Case] = facts("gd_traces.json")
BARRIERS: list[Case] = facts("barrier.json")


def silent(iteration: int, of: int, look: Look) -> None:
    """Nobody watches."""


def found(trace: Case) -> Candidate:
    """By our optimiser with the trace's settings."""
    settings = trace["hyperparams"]
    slopes = "exact" if settings["builtin_gradient"] else "traced"
    subject = replace(classification(), model=MODELS.parse({"type": "logistic", "slopes": slopes}))
    first = round(subject.count * (1 - trace["frac_data_in_safety"]))
    demands = engine_demands(trace["constraints"], delta=trace["delta"])
    problem = Divided(subject, np.arange(first), demands, size=subject.count - first)
    weight = settings["reg"].get("reg_coef", 0.0)
    penalised = engine_problem(problem, weight, builtin_gradient=settings["builtin_gradient"]) if weight else problem
    optimiser = engine_optimiser(named(settings))
    return optimiser.select(penalised, np.array(trace["theta_init"]), rng=np.random.default_rng(0), watch=silent)


def named(settings: Case) -> Case:
    """The engine's own names."""
    known = {name: value for name, value in settings.items() if name not in ("batch", "reg", "builtin_gradient")}
    batches = dict(zip(("batch_size", "n_epochs"), settings["batch"] or (), strict=False))
    return (
        {name: value for name, value in known.items() if value is not None} | batches | {"use_batches": bool(batches)}
    )


def numbers(rows: list[object]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([[number(value) for value in row] if isinstance(row, list) else number(row) for row in rows])  # type: ignore[arg-type]  # numbers, or their names


def demanded(trace: Case) -> str:
    return " and ".join(trace["constraints"])


every_trace = pytest.mark.parametrize("trace", [trace for trace in TRACES if trace["candidate"] != "NSF"], ids=demanded)


@every_trace
def test_every_step_is_the_engines(trace: Case) -> None:
    ours = found(trace).trace

    assert ours.objective == pytest.approx(numbers(trace["f_vals"]), abs=1e-9)
    assert ours.bounds == pytest.approx(numbers(trace["g_vals"]), abs=1e-9)
    assert ours.multipliers == pytest.approx(numbers(trace["lamb_vals"]), abs=1e-9)
    assert ours.lagrangian == pytest.approx(numbers(trace["L_vals"]), abs=1e-9)
    assert ours.best == trace["best_index"]


@every_trace
def test_the_candidate_is_the_engines(trace: Case) -> None:
    assert found(trace).theta == pytest.approx(np.array(trace["candidate"]), abs=1e-9)


def test_where_the_engine_loses_a_feasible_beginning_ours_goes_on() -> None:
    """It starts where all predictions are equal: the engine's slope of a spread of 0 is not a number."""
    [trace] = [trace for trace in TRACES if trace["candidate"] == "NSF"]
    candidate = found(trace)

    assert candidate.feasible
    assert candidate.trace.objective[0] == pytest.approx(trace["f_vals"][0])
    assert candidate.trace.bounds[0] == pytest.approx(trace["g_vals"][0])
    assert candidate.trace.objective[candidate.trace.best] <= trace["f_vals"][0]


def lying(case: Case) -> str:
    return f"{case['theta']} {case['reg']} {len(case['constraints'])}"


@pytest.mark.parametrize("case", BARRIERS, ids=lying)
def test_the_wall_is_as_high_as_the_engines(case: Case) -> None:
    demands = engine_demands(case["constraints"], delta=case["delta"])
    problem = classification().problem(np.arange(*case["rows"]), demands, size=case["n_safety"])
    theta = np.load(FOLDER / "d_cls.npz")[case["theta"]]
    penalised = engine_problem(problem, case["reg"].get("reg_coef", 0.0), optimizer="Powell")

    assert Wall(penalised.look(theta)).value == pytest.approx(case["value"], rel=1e-9)
