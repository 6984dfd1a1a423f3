"""Every optimiser keeps the promises of its kind: nothing feasible is lost, nothing unsound is called feasible."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from analysis.safety.optimisers import OPTIMISERS, Method
from analysis.safety.terms import Array, Candidate, Look, Problem
from tests.analysis.safety.problems import apart, breaking, half_plane, unbounded

EVERY = sorted(OPTIMISERS.members)
MORE: Mapping[str, Mapping[str, float]] = {"adam": {"iterations": 1500, "rate": 0.02, "multiplier_rate": 0.05}}
every_optimiser = pytest.mark.parametrize("name", EVERY)
FEASIBLE, INFEASIBLE = np.array([-1.0, -1.0]), np.array([3.0, 3.0])


def optimiser(name: str, **more: float) -> Method:
    return OPTIMISERS.parse({"type": name, **MORE.get(name, {}), **more})


def silent(iteration: int, of: int, look: Look) -> None:
    """Nobody watches."""


def found(name: str, problem: Problem, start: Array, seed: int = 1) -> Candidate:
    return optimiser(name).select(problem, start, rng=np.random.default_rng(seed), watch=silent)


@every_optimiser
def test_its_example_is_read(name: str) -> None:
    assert list(OPTIMISERS.faults(OPTIMISERS.members[name].example)) == []


@every_optimiser
def test_it_is_read_from_its_name_alone(name: str) -> None:
    assert OPTIMISERS.parse(name) == OPTIMISERS.parse({"type": name})


@every_optimiser
@pytest.mark.parametrize("start", [FEASIBLE, INFEASIBLE], ids=["feasible", "infeasible"])
def test_it_comes_near_the_optimum_from_either_side_of_the_limit(name: str, start: Array) -> None:
    candidate = found(name, half_plane(), start)

    assert candidate.feasible
    assert candidate.theta is not None
    assert half_plane().look(candidate.theta).feasible
    assert half_plane().look(candidate.theta).objective == pytest.approx(2, abs=0.02)


@every_optimiser
def test_no_feasible_theta_that_it_saw_was_better(name: str) -> None:
    problem = half_plane()
    candidate = found(name, problem, INFEASIBLE)

    looks = [problem.look(theta) for theta in list(problem.looks)]
    assert candidate.theta is not None
    assert problem.look(candidate.theta).objective == min(look.objective for look in looks if look.feasible)


@every_optimiser
def test_a_feasible_beginning_survives_the_loss_of_all_numbers(name: str) -> None:
    candidate = found(name, breaking(at=1.5), np.array([1.6, 0.2]))

    assert candidate.feasible
    assert candidate.theta is not None
    assert breaking(at=1.5).look(candidate.theta).feasible


@every_optimiser
def test_where_nothing_holds_it_says_so_and_gives_what_comes_closest(name: str) -> None:
    candidate = found(name, apart(gap=1.0), INFEASIBLE)

    assert not candidate.feasible
    assert candidate.theta is not None
    assert abs(candidate.theta[0]) < 0.25
    assert "come closest" in candidate.reason


@every_optimiser
def test_infinite_bounds_give_no_theta_and_a_reason(name: str) -> None:
    candidate = found(name, unbounded(), INFEASIBLE)

    assert candidate.theta is None
    assert not candidate.feasible
    assert "not a finite number" in candidate.reason


@every_optimiser
def test_the_beginning_stays_as_it_was(name: str) -> None:
    start = INFEASIBLE.copy()
    found(name, half_plane(), start)

    assert np.array_equal(start, INFEASIBLE)


@every_optimiser
def test_the_same_seed_gives_the_same_candidate(name: str) -> None:
    first, second = (found(name, apart(), INFEASIBLE, seed=4).theta for _ in range(2))

    assert np.array_equal(np.asarray(first), np.asarray(second))


@every_optimiser
def test_its_trace_tells_of_every_iteration_and_where_the_best_was(name: str) -> None:
    candidate = found(name, half_plane(), INFEASIBLE)
    trace = candidate.trace

    t = len(trace.objective)
    assert trace.multipliers.shape == trace.bounds.shape == (t, 1)
    assert trace.lagrangian == pytest.approx(trace.objective + (trace.multipliers * trace.bounds).sum(axis=1))
    assert candidate.theta is not None
    assert trace.objective[trace.best] == half_plane().look(candidate.theta).objective
    assert (trace.multipliers >= 0).all()


@every_optimiser
def test_whoever_watches_hears_every_iteration_and_may_stop_it(name: str) -> None:
    heard: list[tuple[int, int]] = []

    def stop(iteration: int, of: int, look: Look) -> None:
        heard.append((iteration, of))
        if iteration == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        optimiser(name).select(half_plane(), INFEASIBLE, rng=np.random.default_rng(1), watch=stop)
    assert [iteration for iteration, _ in heard] == [1, 2, 3]
    assert all(iteration <= of for iteration, of in heard)
