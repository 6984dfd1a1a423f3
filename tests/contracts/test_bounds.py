"""Every bound keeps the promises of its kind. A new one joins by standing in BOUNDS; it needs no test here."""

from __future__ import annotations

import json
import math
from dataclasses import FrozenInstanceError, replace

import jsonschema
import numpy as np
import pytest

from analysis.safety.bounds import BOUNDS, FEWEST, OneSided
from analysis.safety.bounds.risks import CVaR
from analysis.safety.terms import Array, Evidence

RANDOM = np.random.default_rng(18)
RATES = RANDOM.beta(2, 6, 200)
ERRORS = (RANDOM.random(200) < 0.1).astype(float)
SIDES = pytest.mark.parametrize("side", ["lower", "upper"])


@pytest.fixture(params=sorted(BOUNDS.members))
def bound(request: pytest.FixtureRequest) -> OneSided:
    return BOUNDS.parse(BOUNDS.members[request.param].example)


@pytest.fixture
def evidence(bound: OneSided) -> Evidence:
    return Evidence(ERRORS if bound.name == "clopper_pearson" else RATES, 0.0, 1.0)


def both(bound: OneSided, evidence: Evidence, delta: float = 0.05) -> tuple[float, float]:
    return bound.lower(evidence, delta=delta), bound.upper(evidence, delta=delta)


def with_values(evidence: Evidence, values: Array) -> Evidence:
    return replace(evidence, values=values)


def test_its_example_fits_its_schema_and_its_name_finds_it(bound: OneSided) -> None:
    jsonschema.validate(bound.example, BOUNDS.schema())

    assert BOUNDS.parse(json.loads(json.dumps(bound.example))) == bound
    assert type(BOUNDS.parse(bound.name)) is type(bound)


def test_every_parameter_says_what_it_means(bound: OneSided) -> None:
    assert all(parameter.meaning.endswith(".") for parameter in bound.parameters().values())


def test_it_is_frozen(bound: OneSided) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(bound, "seed", 1)  # noqa: B010 - a plain assignment is refused by mypy already


def test_it_lies_round_the_mean_and_inside_the_declared_range(bound: OneSided, evidence: Evidence) -> None:
    lower, upper = both(bound, evidence)

    assert evidence.low <= lower < evidence.values.mean() < upper <= evidence.high


def test_less_doubt_costs_width_and_more_values_save_it(bound: OneSided, evidence: Evidence) -> None:
    few = with_values(evidence, evidence.values[:50])

    assert both(bound, evidence, 0.001)[0] < both(bound, evidence)[0]
    assert both(bound, evidence, 0.001)[1] > both(bound, evidence)[1]
    assert np.ptp(both(bound, few)) > np.ptp(both(bound, evidence))


def test_it_says_the_same_twice(bound: OneSided, evidence: Evidence) -> None:
    assert both(bound, evidence) == both(bound, evidence)


def test_the_side_below_is_the_side_above_of_the_values_turned_round(bound: OneSided, evidence: Evidence) -> None:
    turned = Evidence(1.0 - evidence.values, 0.0, 1.0)

    assert both(bound, turned) == pytest.approx(tuple(1 - each for each in both(bound, evidence)[::-1]), abs=0.003)


@pytest.mark.parametrize("spoilt", [math.nan, math.inf, -math.inf, 1.5, -0.5])
def test_one_value_that_is_not_finite_or_outside_the_range_leaves_nothing(
    bound: OneSided, evidence: Evidence, spoilt: float
) -> None:
    values = evidence.values.copy()
    values[7] = spoilt
    bad = with_values(evidence, values)

    assert bound.refusal(bad)
    assert both(bound, bad) == (-math.inf, math.inf)


@pytest.mark.parametrize("n", range(FEWEST))
def test_too_few_values_leave_nothing(bound: OneSided, evidence: Evidence, n: int) -> None:
    few = with_values(evidence, evidence.values[:n])

    assert bound.refusal(few)
    assert both(bound, few) == (-math.inf, math.inf)


@pytest.mark.parametrize("delta", [0.0, 1.0, -0.1, math.nan])
def test_a_doubt_that_is_no_probability_leaves_nothing(bound: OneSided, evidence: Evidence, delta: float) -> None:
    assert both(bound, evidence, delta) == (-math.inf, math.inf)


def test_an_exact_one_says_nothing_without_a_declared_range(bound: OneSided, evidence: Evidence) -> None:
    undeclared = Evidence(evidence.values)

    assert bool(bound.refusal(undeclared)) == bound.exact
    assert (both(bound, undeclared) == (-math.inf, math.inf)) == bound.exact


def test_an_exact_one_refuses_dependent_values(bound: OneSided, evidence: Evidence) -> None:
    dependent = replace(evidence, independent=False)

    assert (both(bound, dependent) == (-math.inf, math.inf)) == bound.exact


def test_an_empty_reversed_or_endless_range_leaves_nothing(bound: OneSided, evidence: Evidence) -> None:
    for low, high in ((0.5, 0.5), (1.0, 0.0), (math.nan, 1.0), (-1e308, 1e308)):
        assert both(bound, replace(evidence, low=low, high=high)) == (-math.inf, math.inf)


def test_it_refuses_a_risk_that_it_cannot_bound(bound: OneSided, evidence: Evidence) -> None:
    worst = replace(evidence, risk=CVaR(0.2))

    assert bool(bound.refusal(worst)) != bound.takes_risk


def test_the_sides_may_have_evidence_of_their_own(bound: OneSided, evidence: Evidence) -> None:
    apart = replace(evidence, above=with_values(evidence, 1.0 - evidence.values))

    assert bound.upper(apart, delta=0.05) > 0.5
    assert bound.lower(apart, delta=0.05) == bound.lower(evidence, delta=0.05)


# --- What it foresees for candidate selection ---


@SIDES
def test_its_slopes_are_those_of_what_it_foresees(bound: OneSided, evidence: Evidence, side: str) -> None:
    def foreseen(values: Array) -> float:
        return bound.foresee(with_values(evidence, values), side=side, delta=0.02, size=300, inflation=2.0).bound

    slopes = bound.foresee(evidence, side=side, delta=0.02, size=300, inflation=2.0).slopes
    for place in (0, 11, 57):
        step = np.zeros(200)
        step[place] = 1e-5
        change = (foreseen(evidence.values + step) - foreseen(evidence.values - step)) / 2e-5
        assert slopes[place] == pytest.approx(change, rel=1e-3, abs=1e-6)


@SIDES
def test_it_foresees_more_width_with_inflation_and_with_fewer_values(
    bound: OneSided, evidence: Evidence, side: str
) -> None:
    def width(size: int, inflation: float) -> float:
        found = bound.foresee(evidence, side=side, delta=0.05, size=size, inflation=inflation).bound
        return abs(found - float(evidence.values.mean()))

    assert width(300, 1.0) < width(300, 2.0)
    assert width(300, 1.0) < width(100, 1.0)


@SIDES
@pytest.mark.parametrize(("n", "size"), [(0, 100), (FEWEST - 1, 100), (100, FEWEST - 1), (100, 0)])
def test_it_foresees_nothing_of_too_few_values_and_has_no_slope_there(
    bound: OneSided, evidence: Evidence, side: str, n: int, size: int
) -> None:
    few = with_values(evidence, evidence.values[:n])
    found = bound.foresee(few, side=side, delta=0.05, size=size, inflation=1.0)

    assert found.bound == (math.inf if side == "upper" else -math.inf)
    assert found.slopes.shape == (n,)
    assert not found.slopes.any()


@SIDES
def test_equal_values_have_finite_slopes(bound: OneSided, evidence: Evidence, side: str) -> None:
    found = bound.foresee(with_values(evidence, np.zeros(60)), side=side, delta=0.05, size=90, inflation=2.0)

    assert math.isfinite(found.bound)
    assert np.isfinite(found.slopes).all()
