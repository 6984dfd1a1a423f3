"""In the engine's mode: its bounds in search and test, its objectives, and right answers for its wrong ones."""

import math

import numpy as np
import pytest

from analysis.safety.terms import Mode, Quantity
from analysis.safety.testing.verdicts import verdict_of
from experiments.types import Json
from tests.analysis.safety.engine_data import OF_DATA, arrays, demanded, of_case, subject
from tests.analysis.safety.facts import Case, facts, number

SUPERVISED = [case for case in facts("cases.json") if case["data"] in OF_DATA]
WRONG = [case for case in facts("seed_defects.json") if str(case["data"]).split()[0] in OF_DATA]
OBJECTIVES = [case for case in facts("objectives.json") if case["data"] in OF_DATA]
MEASURES = {
    "Positive_Rate": "PR",
    "Negative_Rate": "NR",
    "True_Positive_Rate": "TPR",
    "False_Negative_Rate": "FNR",
    "False_Positive_Rate": "FPR",
    "True_Negative_Rate": "TNR",
    "Mean_Error": "Mean_Error",
    "confusion_matrix": "CM",
}
LOSSES = {
    "Mean_Squared_Error": "squared_loss",
    "Bounded_Squared_Error": "squared_loss",
    "binary_logistic_loss": "logistic_loss",
    "multiclass_logistic_loss": "multiclass_logistic_loss",
    "Error_Rate": "error_rate",
}


@pytest.mark.parametrize("case", SUPERVISED, ids=lambda case: case["id"])
def test_a_search_foresees_the_bound_that_the_engine_foresees(case: Case) -> None:
    found, demand, theta = of_case(case)
    problem = found.problem(np.arange(case["n_candidate"]), (demand,), size=case["n_safety"])
    expected = number(case["candidate_selection"]["root_upper"])

    assert problem.look(theta).bounds[0] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("case", SUPERVISED, ids=lambda case: case["id"])
def test_the_safety_test_has_the_engine_s_bound_estimate_and_verdict(case: Case) -> None:
    found, demand, theta = of_case(case)
    rows = np.arange(case["n_candidate"], found.count)
    verdict = verdict_of(demand, found.evidence(theta, rows, demand.constraint.quantities), mode=Mode.ENGINE)
    expected = case["safety_test"]

    assert verdict.upper == pytest.approx(number(expected["root_upper"]), rel=1e-9)
    assert verdict.estimate == pytest.approx(number(expected["value"]), rel=1e-9)
    assert verdict.passed == expected["passed"]


@pytest.mark.parametrize("case", OBJECTIVES, ids=lambda case: case["objective"])
def test_an_objective_and_its_gradient_are_the_engine_s(case: Case) -> None:
    found = subject(case["data"], case.get("model", ""), objective(case))
    theta = arrays(case["data"])[case["theta"]].reshape(-1)
    look, gradient = found.problem(np.arange(*case["rows"]), (), size=100).slope(theta, np.empty(0))

    assert look.objective == pytest.approx(case["value"], rel=1e-9)
    assert gradient == pytest.approx(np.array(case["gradient"]).reshape(-1), rel=1e-7, abs=1e-12)


def objective(case: Case) -> Json:
    name, kw = case["objective"], case["kw"]
    if name in LOSSES:
        return LOSSES[name]
    indices = [kw[key] for key in ("class_index", "l_i", "l_k") if key in kw]
    return {"type": "average", "measure": MEASURES[name], "indices": indices}


@pytest.mark.parametrize(
    "case", [case for case in WRONG if case["kind"] == "multiclass_measure"], ids=lambda case: case["constraint"]
)
def test_a_rate_of_a_class_is_that_class_s(case: Case) -> None:
    found = subject(case["data"])
    demand = demanded(case["constraint"], found, delta=case["delta"])
    theta, first = arrays(case["data"])["theta_A"].reshape(-1), round(found.count * (1 - case["frac_data_in_safety"]))
    [quantity] = demand.constraint.quantities
    problem = found.problem(np.arange(first), (demand,), size=found.count - first)
    evidence = found.evidence(theta, np.arange(first, found.count), (quantity,))
    searched, tested = case["correct"]["candidate_selection"], case["correct"]["safety_test"]

    assert problem.look(theta).bounds[0] == pytest.approx(searched["upper"], rel=1e-9)
    assert verdict_of(demand, evidence).upper == pytest.approx(tested["upper"], rel=1e-9)
    assert evidence[quantity].values.mean() == pytest.approx(tested["mean"], rel=1e-9)
    assert len(evidence[quantity].values) == tested["n"]


@pytest.mark.parametrize(
    "case", [case for case in WRONG if case["kind"] == "repeated_node_sides"], ids=lambda case: case["constraint"]
)
def test_a_quantity_that_stands_twice_is_bounded_on_every_side_that_it_needs(case: Case) -> None:
    found = subject(case["data"])
    demand = demanded(case["constraint"], found, delta=case["delta"])
    problem = found.problem(np.arange(480), (demand,), size=720)

    bound = problem.look(arrays(case["data"])["theta_A"]).bounds[0]
    assert math.isfinite(bound)
    if "correct" in case:
        assert bound == pytest.approx(case["correct"]["candidate_selection"]["root_upper"], rel=1e-9)


@pytest.mark.parametrize("text", ["PR <= 1", "max(0.3, PR) - 0.4", "max(PR, 0.3) - 0.4", "min(PR, 0.1) <= 0.5"])
def test_a_feature_that_is_not_a_number_never_passes(text: str) -> None:
    found = subject("d_cls.npz")
    found.samples.features[483, 0] = math.nan
    demand = demanded(text, found)
    quantity = Quantity("PR")
    evidence = found.evidence(arrays("d_cls.npz")["theta_A"], np.arange(480, found.count), (quantity,))

    verdict = verdict_of(demand, evidence, mode=Mode.ENGINE)

    assert not verdict.passed
    assert "1 of 720 values are not finite" in verdict.reason


def test_the_worst_tenth_of_squared_errors_has_the_engine_s_bounds() -> None:
    """Thomas and Learned-Miller (2019), Theorems 3 and 4, by their formulas; of values from 0 to 81."""
    found, theta, delta = subject("d_reg.npz", "bounded_linear"), arrays("d_reg.npz")["theta_A"], 0.1
    demand = demanded("abs(CVaRSQE) <= 81", found, delta=delta)
    rows = np.arange(360, found.count)
    evidence = found.evidence(theta, rows, demand.constraint.quantities)
    verdict = verdict_of(demand, evidence, mode=Mode.ENGINE)
    values, n = np.sort(evidence[demand.constraint.quantities[0]].values), len(rows)
    margin, tail = math.sqrt(math.log(2 / delta) / (2 * n)), 0.1
    shares = np.arange(n + 1) / n
    above = np.diff(np.append(values, 81.0)) @ np.maximum(0.0, shares[1:] - margin - (1 - tail)) / tail
    below = np.diff(np.insert(values, 0, 0.0)) @ np.maximum(0.0, np.minimum(1.0, shares[:-1] + margin) - 0.9) / tail

    assert verdict.readings[0].interval.upper == pytest.approx(81.0 - above, rel=1e-9)
    assert verdict.readings[0].interval.lower == pytest.approx(values[-1] - below, rel=1e-9)
    assert verdict.readings[0].estimate == pytest.approx(values[values >= np.percentile(values, 90)].mean(), rel=0.02)
