"""Where nothing passes with the full reserve for chance, less of it is kept; the test decides all the same."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from analysis.safety.optimisers import OPTIMISERS, Auto
from analysis.safety.searching import Divided, Wanted, search, with_reserve
from analysis.safety.terms import Candidate, Mode
from analysis.safety.training import unwatched
from experiments.types import Json
from tests.analysis.safety.problems import Formula
from tests.analysis.safety.subjects import classification, engine_demands

ROWS = np.arange(480)
SPECS: tuple[Json, ...] = ("sqp", {"type": "adam", "batch_size": 24, "epochs": 60})


def found(limit: float, mode: Mode = Mode.DEFAULT) -> Candidate:
    wanted = Wanted(engine_demands([f"FPR + FNR <= {limit}"], delta=0.05), OPTIMISERS.parse("auto"), 720, mode)
    return search(classification(), ROWS, wanted, rng=np.random.default_rng(1), watch=unwatched)


@cache
def reachable(inflation: float) -> float:
    """The lowest limit that is foreseen to hold with so much reserve."""
    [demand] = engine_demands(["FPR + FNR <= 0"], delta=0.05)
    demand = replace(
        demand,
        budget={
            quantity: replace(share, inflation_lower=inflation, inflation_upper=inflation)
            for quantity, share in demand.budget.items()
        },
    )
    problem = Divided(classification(), ROWS, (demand,), size=720)
    start = classification().start(ROWS, rng=np.random.default_rng(1))
    return float(
        OPTIMISERS.parse("auto")
        .select(problem, start, rng=np.random.default_rng(1), watch=unwatched)
        .trace.bounds.min()
    )


def test_what_holds_with_the_full_reserve_is_feasible() -> None:
    assert found(reachable(2.0) + 0.02).feasible


def test_what_holds_only_with_less_says_so() -> None:
    candidate = found((reachable(1.0) + reachable(1.5)) / 2)

    assert candidate.theta is not None
    assert not candidate.feasible
    assert "foreseen to pass with 0% of it" in candidate.reason


def test_what_cannot_hold_gives_what_comes_closest() -> None:
    candidate = found(reachable(1.0) - 0.2)

    assert candidate.theta is not None
    assert "come closest" in candidate.reason


def test_the_engine_searches_once() -> None:
    assert "closest" in found((reachable(1.0) + reachable(1.5)) / 2, Mode.ENGINE).reason


def test_a_reserve_is_what_is_above_one() -> None:
    [demand] = engine_demands(["PR <= 0.5"], delta=0.05)
    [whole], [half] = demand.budget.values(), with_reserve(demand, 0.5).budget.values()

    assert (whole.inflation_upper, half.inflation_upper) == (2.0, 1.5)
    assert (whole.delta_upper, half.delta_upper) == (0.05, 0.05)


def test_a_problem_that_cannot_be_divided_is_not_searched_in_batches() -> None:
    whole = Formula(lambda theta: (float(theta @ theta), np.zeros(1), 2 * theta, np.zeros((1, 2))))
    with pytest.raises(ValueError, match="cannot be divided into batches"):
        OPTIMISERS.parse({"type": "adam", "batch_size": 5}).select(
            whole, np.ones(2), rng=np.random.default_rng(1), watch=unwatched
        )


def test_batches_of_few_rows_find_about_what_all_rows_do() -> None:
    demands = engine_demands(["abs((PR | [M]) - (PR | [F])) <= 0.15"], delta=0.05)
    problem = Divided(classification(), ROWS, demands, size=720)
    start = np.zeros(problem.size)
    best = [
        OPTIMISERS.parse(spec).select(problem, start, rng=np.random.default_rng(1), watch=unwatched) for spec in SPECS
    ]

    assert all(candidate.feasible for candidate in best)
    objectives = [candidate.trace.objective[candidate.trace.best] for candidate in best]
    assert objectives[1] == pytest.approx(objectives[0], abs=0.01)


def test_the_optimiser_suits_the_size() -> None:
    auto = OPTIMISERS.parse("auto")
    assert isinstance(auto, Auto)
    assert [auto.chosen(size).name for size in (10, 1_000, 1_001)] == ["sqp", "sqp", "adam"]


def test_sqp_refuses_what_its_matrices_have_no_room_for() -> None:
    large = Formula(lambda theta: (0.0, np.zeros(1), theta, np.zeros((1, 6_000))), size=6_000)
    with pytest.raises(ValueError, match=r"sqp takes at most 5,000 parameters; this model has 6,000.*adam"):
        OPTIMISERS.parse("sqp").select(large, np.zeros(6_000), rng=np.random.default_rng(1), watch=unwatched)
