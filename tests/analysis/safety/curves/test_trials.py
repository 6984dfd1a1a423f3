"""A trial draws a sample, trains on that alone, and is judged by the whole world, on equal terms for everybody."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.safety.curves.population import Population, population_of
from analysis.safety.curves.procedure import SafeTrialProcedure
from analysis.safety.curves.shipped import CONTENDERS
from experiments.types import Json
from tests.analysis.safety.curves.trials import ARRESTS, result, setting


@pytest.fixture(scope="module")
def world() -> Population:
    return population_of(ARRESTS)


def faults(contender: Json = "safe", regime: str = "binary_classification") -> dict[str, str]:
    return dict(SafeTrialProcedure().faults({**setting(contender), "regime": regime}))


def test_a_larger_sample_begins_with_the_smaller_one_and_another_number_is_another(world: Population) -> None:
    small, large = (world.sample(size, seed=18, number=1) for size in (50, 20_000))

    assert np.array_equal(large[:50], small)
    assert not np.array_equal(world.sample(50, seed=18, number=2), small)
    assert 0.9 < len(np.unique(large)) / len(world) < 1  # drawn and put back


def test_a_constraint_holds_or_not_in_the_whole_world(world: Population) -> None:
    everybody, colour = np.ones(len(world)), world.rows.loaded.groups["WHITE"].astype(float)

    assert world.judged(everybody)["probabilistic"].values == pytest.approx((-0.06,))
    assert not world.judged(everybody)["decided"].broken
    assert world.judged(colour)["decided"].values == pytest.approx((0.94,))
    assert world.judged(colour)["decided"].broken


def test_a_classifier_that_decides_may_break_what_its_lots_keep(world: Population) -> None:
    leaning = np.where(world.rows.loaded.groups["WHITE"], 0.51, 0.49)

    judged = world.judged(leaning)

    assert not judged["probabilistic"].broken
    assert judged["decided"].broken


def test_what_has_no_value_is_broken(world: Population) -> None:
    assert world.judged(np.full(len(world), np.nan))["probabilistic"].broken


def test_no_solution_is_no_failure_and_has_no_performance() -> None:
    found = result(rows=150)

    assert (found["returned"], found["failed"], found["failed_decided"]) == (0.0, 0.0, 0.0)
    assert "performance" not in found
    assert found["reason"]


def test_the_same_trial_gives_the_same_result() -> None:
    assert result(rows=3_000) == result(rows=3_000)


def test_without_constraints_the_gap_is_what_it_is_and_the_answer_comes_always() -> None:
    found = result("unconstrained", rows=5_000)

    assert (found["returned"], found["promises"]) == (1.0, False)
    assert found["failed"] == 1.0  # the gap of this model is about 0.067


def test_with_rows_enough_the_safe_one_keeps_what_the_others_break() -> None:
    safe, usual = (result(contender, rows=60_000) for contender in ("safe", "logistic_regression"))

    assert (safe["returned"], safe["failed"]) == (1.0, 0.0)
    assert (usual["returned"], usual["failed"]) == (1.0, 1.0)


@pytest.mark.parametrize(
    "name", [name for name in CONTENDERS.members if name not in ("linear_regression", "fairlearn")]
)
def test_every_contender_answers_within_probabilities(name: str, world: Population) -> None:
    contender = CONTENDERS.parse(CONTENDERS.members[name].example)

    answer = contender.answer(world, world.sample(400, seed=1, number=1), rng=np.random.default_rng(1))

    assert answer.outputs is None or (
        answer.outputs.shape == (len(world),) and np.all(np.abs(answer.outputs - 0.5) <= 0.5)
    )


def test_fairlearn_keeps_its_difference_in_the_sample(world: Population) -> None:
    contender = CONTENDERS.parse({"kind": "fairlearn", "difference": 0.02, "between": ["BLACK", "WHITE"]})
    sample = world.sample(2_000, seed=1, number=1)

    answer = contender.answer(world, sample, rng=np.random.default_rng(1))

    assert answer.outputs is not None
    outputs, black = answer.outputs[sample], world.rows.loaded.groups["BLACK"][sample]
    assert abs(outputs[black].mean() - outputs[~black].mean()) <= 0.05


def test_a_sample_of_one_label_teaches_nothing_and_is_no_solution(world: Population) -> None:
    released = np.flatnonzero(world.rows.loaded.labels == 1)[:50]

    answer = CONTENDERS.parse("logistic_regression").answer(world, released, rng=np.random.default_rng(1))

    assert answer.outputs is None
    assert "same label" in answer.reason


def test_what_is_wrong_is_said_before_a_row_is_read() -> None:
    assert faults() == {}
    assert "trial.contender.kind" in faults({"kind": "saef"})
    assert "trial.rows" in dict(SafeTrialProcedure().faults({**ARRESTS, "trial": {"rows": 3}}))
    assert dict(SafeTrialProcedure().faults(dict(ARRESTS)))["trial"].startswith("Nothing says what a trial is.")
    assert "trial.contender" in faults("linear_regression")
    assert "regime" in faults(regime="reinforcement_learning")


def test_an_extra_that_is_not_installed_is_named_with_the_way_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.safety.curves.baselines.find_spec", lambda name: None)

    assert "pip install -r requirements-fairness.txt" in faults("fairlearn")["trial.contender"]
