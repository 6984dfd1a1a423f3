"""The safety test: a constraint passes only if its bound is a number at most 0, and of nothing else."""

import math
from dataclasses import replace

import numpy as np
import pytest

from analysis.safety.bounds import Betting, StudentT
from analysis.safety.terms import Array, Demand, Evidence, Interval, Mode, Verdict
from analysis.safety.testing.verdicts import verdict_of
from tests.analysis.safety.demands import demand, evidence, rates

PARITY = "abs((PR | [M]) - (PR | [F])) <= 0.15"
M, F = "PR | [M]", "PR | [F]"


def judged(given: Demand, **values: Array) -> Verdict:
    return verdict_of(
        given, evidence(given, {{"m": M, "f": F, "pr": "PR"}[name]: seen for name, seen in values.items()})
    )


def test_a_constraint_that_the_data_show_passes_with_its_figures() -> None:
    men, women = rates(0.5, seed=1), rates(0.5, seed=2)
    verdict = judged(demand(PARITY), m=men, f=women)

    assert verdict.passed
    assert verdict.reason == ""
    assert verdict.upper <= 0
    assert verdict.estimate == pytest.approx(abs(men.mean() - women.mean()) - 0.15)
    assert [(one.n, one.method, one.exact) for one in verdict.readings] == [(400, "betting", True)] * 2
    assert verdict.readings[0].interval == Interval(
        Betting().lower(Evidence(men, 0, 1), delta=0.0125), Betting().upper(Evidence(men, 0, 1), delta=0.0125)
    )


def test_one_that_they_do_not_show_fails_and_says_by_how_much() -> None:
    verdict = judged(demand(PARITY), m=rates(0.5), f=rates(0.36))

    assert not verdict.passed
    assert verdict.upper > 0
    assert "above 0" in verdict.reason


def test_a_side_that_is_not_needed_stays_open_and_spends_nothing() -> None:
    [reading] = judged(demand("PR <= 0.6"), pr=rates(0.5)).readings

    assert reading.interval.lower == -math.inf
    assert (reading.share.delta_lower, reading.share.delta_upper) == (None, 0.05)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.empty(0), "There are 0 values; at least 5 are needed."),
        (np.array([0.4, 0.5]), "There are 2 values"),
        (np.r_[rates(0.5), math.nan], "1 of 401 values are not finite, the first at row 401"),
        (np.r_[rates(0.5), math.inf], "not finite"),
        (np.full(400, 0.5), "all 400 values are the same (0.5)"),
        (np.r_[rates(0.5), 1.5], "beyond the declared range 0 to 1"),
    ],
)
@pytest.mark.parametrize("bound", ["auto", "student_t", "hoeffding", "bootstrap"])
def test_what_says_nothing_is_refused_with_its_reason_whatever_the_bound(bound: str, values: Array, said: str) -> None:
    verdict = judged(demand(PARITY, bound), m=values, f=rates(0.5))

    assert not verdict.passed
    assert f"{M}: " in verdict.reason
    assert said in verdict.reason
    assert verdict.readings[0].interval == Interval()


@pytest.mark.parametrize(
    "text", ["min(PR, 0.5) <= 0.6", "PR - PR <= 0.1", "0*PR <= 0.1", "max(0.3, PR) <= 0.4", "PR <= 2"]
)
@pytest.mark.parametrize("values", [np.empty(0), np.full(20, math.nan), np.r_[rates(0.2), math.nan]])
def test_arithmetic_alone_never_passes_a_quantity_of_which_nothing_is_known(text: str, values: Array) -> None:
    """Whatever PR is, min(PR, 0.5) is at most 0.6: but a group without rows is a mistake, not a proof."""
    assert not judged(demand(text), pr=values).passed


def test_a_quantity_without_evidence_fails() -> None:
    verdict = judged(demand(PARITY), m=rates(0.5))

    assert not verdict.passed
    assert f"{F}: There are 0 values" in verdict.reason


def test_without_a_declared_range_only_an_approximate_bound_says_anything() -> None:
    undeclared = {
        bound: verdict_of(given, {one: Evidence(rates(0.3)) for one in given.constraint.quantities})
        for bound in ("auto", "student_t")
        for given in [demand("PR <= 0.6", bound)]
    }

    assert not undeclared["auto"].passed
    assert "declare it under ranges" in undeclared["auto"].reason
    assert undeclared["student_t"].passed
    assert not undeclared["student_t"].readings[0].exact


def test_the_range_that_a_demand_declares_is_taken_for_the_measures_own() -> None:
    given = demand("PR <= 0.6", "hoeffding")
    [quantity] = given.constraint.quantities
    narrow = replace(given, ranges={quantity: (0.0, 0.5)})
    values = np.minimum(rates(0.3), 0.5)

    assert verdict_of(narrow, {quantity: Evidence(values)}).upper < judged(given, pr=values).upper
    assert "beyond the declared range 0 to 0.5" in verdict_of(narrow, {quantity: Evidence(rates(0.3))}).reason


def test_approximate_bounds_are_labelled_and_warn_of_skewed_values() -> None:
    rare = (np.arange(60) == 7).astype(float)
    [reading] = judged(demand("PR <= 0.6", "student_t"), pr=rare).readings

    assert not reading.exact
    assert "60 values of skewness 7.6" in reading.warning
    assert "fail far more often than delta" in reading.warning


def test_a_divisor_that_may_be_0_proves_nothing() -> None:
    verdict = judged(demand("(PR | [M])/(PR | [F]) <= 1.5", "hoeffding"), m=rates(0.5, 30), f=rates(0.1, 30))

    assert verdict.upper == math.inf
    assert not verdict.passed
    assert "a divisor may be 0" in verdict.reason


def test_in_engine_compatible_mode_bounds_are_not_cut_to_the_range() -> None:
    few = (np.arange(20) == 3).astype(float)
    given = demand("0.2 - PR", "student_t", mode=Mode.ENGINE)
    found = {mode: verdict_of(given, evidence(given, {"PR": few}), mode=mode).upper for mode in Mode}

    lower = StudentT().lower(Evidence(few), delta=0.05)
    assert lower < 0
    assert found[Mode.ENGINE] == pytest.approx(0.2 - lower, rel=1e-12)
    assert found[Mode.DEFAULT] == 0.2
