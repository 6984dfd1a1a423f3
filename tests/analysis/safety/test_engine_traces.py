"""The Seldonian Engine's searches, step by step: gradient descent, and its barrier."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from analysis.safety.optimisers.barrier import Wall
from analysis.safety.optimisers.engine import engine_optimiser
from analysis.safety.optimisers.penalty import Penalised
from analysis.safety.terms import Candidate, Look
from tests.analysis.safety.facts import FOLDER, Case, facts, number
from tests.analysis.safety.subjects import classification, engine_demands

TRACES: list[Case] = facts("gd_traces.json")
BARRIERS: list[Case] = facts("barrier.json")


def silent(iteration: int, of: int, look: Look) -> None:
    """Nobody watches."""


def found(trace: Case) -> Candidate:
    """By our optimiser with the trace's settings."""
    subject = classification()
    first = round(subject.count * (1 - trace["frac_data_in_safety"]))
    demands = engine_demands(trace["constraints"], delta=trace["delta"])
    problem = subject.problem(np.arange(first), demands, size=subject.count - first)
    settings = trace["hyperparams"]
    named = {name: value for name, value in settings.items() if name not in ("batch", "reg", "builtin_gradient")}
    optimiser = engine_optimiser({name: value for name, value in named.items() if value is not None})
    return optimiser.select(problem, np.array(trace["theta_init"]), rng=np.random.default_rng(0), watch=silent)


def numbers(rows: list[object]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([[number(value) for value in row] if isinstance(row, list) else number(row) for row in rows])  # type: ignore[arg-type]  # numbers, or their names


def named(trace: Case) -> str:
    return f"{' and '.join(trace['constraints'])}"


every_trace = pytest.mark.parametrize("trace", [trace for trace in TRACES if trace["candidate"] != "NSF"], ids=named)


@every_trace
def test_every_step_is_the_engines(trace: Case) -> None:
    ours = found(trace).trace

    assert ours.objective == pytest.approx(numbers(trace["f_vals"]), abs=1e-7)
    assert ours.bounds == pytest.approx(numbers(trace["g_vals"]), abs=1e-7)
    assert ours.multipliers == pytest.approx(numbers(trace["lamb_vals"]), abs=1e-7)
    assert ours.lagrangian == pytest.approx(numbers(trace["L_vals"]), abs=1e-7)
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


@pytest.mark.parametrize("case", BARRIERS, ids=lambda case: f"{case['theta']} {case['reg']} {len(case['constraints'])}")
def test_the_wall_is_as_high_as_the_engines(case: Mapping[str, object]) -> None:
    start, end = case["rows"]  # type: ignore[misc]  # two numbers
    texts, reg = case["constraints"], case["reg"]
    demands = engine_demands(texts, delta=case["delta"])  # type: ignore[arg-type]  # texts, a number
    problem = classification().problem(np.arange(start, end), demands, size=case["n_safety"])  # type: ignore[arg-type]  # a number
    theta = np.load(FOLDER / "d_cls.npz")[str(case["theta"])]
    weight = reg.get("reg_coef", 0.0)  # type: ignore[attr-defined]  # a mapping

    assert Wall(Penalised(problem, weight, norm="plain").look(theta)).value == pytest.approx(case["value"], rel=1e-9)
