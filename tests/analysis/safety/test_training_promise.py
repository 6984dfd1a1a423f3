"""The promise of a training: what passes breaks its constraint with probability at most delta, the search included."""

from math import sqrt

import numpy as np
import pytest

from bench.rare_positives import Task, rows
from tests.proof import ONLY_IN_PROOF

EVERYBODY = rows(np.random.default_rng(99), 20_000)


def failing(bound: str, n: int, trials: int, split: str = "stratified") -> float:
    task = Task(bound, EVERYBODY, split)
    return sum(task.trial(n, seed).failed for seed in range(trials)) / trials


DELTA, TRIALS = 0.05, 500
SLACK = 3 * sqrt(DELTA * (1 - DELTA) / TRIALS)
"""Three standard errors of a share of 500 trials: 0.029."""


def test_with_students_t_a_training_on_few_rows_fails_far_more_often_than_delta() -> None:
    assert failing("student_t", 60, 24) > 0.1


def test_with_exact_bounds_it_solves_and_seldom_fails() -> None:
    task = Task("betting", EVERYBODY)
    trials = [task.trial(600, seed) for seed in range(16)]

    assert sum(one.solved for one in trials) > 8
    assert not any(one.failed for one in trials)


def test_what_no_model_could_pass_is_not_searched_and_not_tested() -> None:
    outcome = Task("betting", EVERYBODY).trained(60, seed=1)

    assert outcome.theta is None
    assert outcome.verdicts == ()
    assert outcome.reason.startswith("FPR <= 0.05: no model can pass on 36 rows: it takes ")


def test_what_is_tuned_before_solves_and_seldom_fails() -> None:
    task = Task("auto", EVERYBODY)
    trials = [task.trial(700, seed, tuning=True) for seed in range(3)]

    assert any(one.solved for one in trials)
    assert not any(one.failed for one in trials)


@pytest.mark.slow
@ONLY_IN_PROOF
@pytest.mark.parametrize(("n", "split"), [(300, "stratified"), (700, "stratified"), (700, "random")])
def test_over_500_trainings_that_tune_share_penalty_reserve_and_bound_the_promise_is_kept(n: int, split: str) -> None:
    task = Task("auto", EVERYBODY, split)
    trials = [task.trial(n, seed, tuning=True) for seed in range(TRIALS)]

    assert n < 700 or sum(one.solved for one in trials) > TRIALS / 10
    assert sum(one.failed for one in trials) / TRIALS <= DELTA + SLACK


@pytest.mark.slow
@ONLY_IN_PROOF
@pytest.mark.parametrize("split", ["stratified", "random"])
@pytest.mark.parametrize(("bound", "n"), [("auto", 300), ("auto", 600), ("hoeffding", 3000), ("maurer_pontil", 2000)])
def test_over_500_trainings_an_exact_bound_keeps_its_promise(bound: str, n: int, split: str) -> None:
    assert failing(bound, n, TRIALS, split) <= DELTA + SLACK


@pytest.mark.slow
@ONLY_IN_PROOF
def test_over_500_trainings_students_t_does_not() -> None:
    assert failing("student_t", 60, TRIALS) > 0.1
