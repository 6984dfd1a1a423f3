"""Planned looks: boundaries as published, the level kept, and what is said after stopping put right."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
import pytest

from analysis.statistics.sequential.group.boundaries import Boundaries, boundaries, with_futility
from analysis.statistics.sequential.group.spending import SPENDING, Spending
from analysis.statistics.sequential.group.stopped import after_stopping, at_look
from analysis.statistics.words import NoAnswer
from tests.proof import PROOF

pytestmark = [pytest.mark.slow] if PROOF else []

QUARTERS = [0.25, 0.5, 0.75, 1.0]
RUNS = 40_000
MANY = 2_000 if PROOF else 80
EVERY = [
    Spending(),
    Spending("pocock"),
    Spending("power", 1.0),
    Spending("power", 3.0),
    Spending("hwang_shih_decani", -4.0),
    Spending("hwang_shih_decani", 0.0),
    Spending("hwang_shih_decani", 1.0),
]


def walks(bounds: Boundaries, *, drift: float = 0.0, seed: int = 1) -> np.ndarray:
    """z at each look, shape (RUNS, looks)."""
    t = np.array(bounds.fractions)
    steps = np.random.default_rng(seed).normal(size=(RUNS, len(t))) * np.sqrt(np.diff(t, prepend=0))
    return np.asarray((np.cumsum(steps, axis=1) + drift * t) / np.sqrt(t))


@pytest.mark.parametrize(
    ("spending", "published"),
    [
        (Spending(), [4.3326, 2.9631, 2.3590, 2.0141]),
        (Spending("pocock"), [2.3683, 2.3675, 2.3582, 2.3500]),
    ],
)
def test_boundaries_are_those_that_are_published(spending: Spending, published: list[float]) -> None:
    assert boundaries(QUARTERS, spending=spending).upper == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize("spending", EVERY, ids=str)
def test_the_level_is_kept_and_used_up(spending: Spending) -> None:
    bounds = boundaries([0.1, 0.4, 0.6, 1.0], spending=spending)
    crossed = (np.abs(walks(bounds)) >= bounds.upper).any(axis=1).mean()

    assert 2 * bounds.power(0.0) == pytest.approx(0.05, abs=2e-5)
    assert bounds.spent[-1] == pytest.approx(0.025)
    assert crossed == pytest.approx(0.05, abs=4 * sqrt(0.05 * 0.95 / RUNS))


def test_later_looks_change_no_earlier_bound() -> None:
    assert boundaries([0.3, 0.5]).upper == pytest.approx(boundaries([0.3, 0.5, 0.6, 1.0]).upper[:2])


def test_one_look_is_the_plain_test() -> None:
    bounds = boundaries([1.0])

    assert bounds.upper == pytest.approx([1.959964], abs=1e-6)
    assert bounds.nominal == pytest.approx([0.05])
    assert bounds.inflation(0.8) == pytest.approx(1.0, abs=1e-3)


def test_a_hundred_looks_keep_the_level() -> None:
    bounds = boundaries(np.linspace(0.01, 1, 100).tolist())

    assert bounds.upper[0] == inf
    assert 2 * bounds.power(0.0) == pytest.approx(0.05, abs=1e-6)


def test_the_power_is_that_of_simulated_plans_and_its_drift_is_found() -> None:
    bounds = boundaries(QUARTERS, spending=Spending("pocock"))
    drift = bounds.drift_for(0.8)
    reached = walks(bounds, drift=drift) >= bounds.upper
    first = np.where(reached.any(axis=1), reached.argmax(axis=1), 3)

    assert reached.any(axis=1).mean() == pytest.approx(0.8, abs=0.008)
    assert bounds.expected_fraction(drift) == pytest.approx(np.take(QUARTERS, first).mean(), abs=0.005)
    assert 1.15 < bounds.inflation(0.8) < 1.25


def test_futility_gives_up_early_and_overruling_it_errs_no_more() -> None:
    plain = boundaries(QUARTERS, level=0.025, sides=1)
    bounds = with_futility(plain, power=0.9)
    drift = bounds.drift_for(0.9)
    assert bounds.futility is not None

    assert bounds.futility[-1] == bounds.upper[-1]
    assert sum(below for _, below in bounds.exits(drift)) == pytest.approx(0.1, abs=1e-6)
    assert bounds.power(0.0) < plain.power(0.0) == pytest.approx(0.025)
    assert bounds.expected_fraction(0.0) < 0.65 < plain.expected_fraction(0.0)


@pytest.mark.parametrize("drift", [0.0, 2.0, 3.5])
def test_after_stopping_the_interval_holds_the_truth_and_the_median_is_right(drift: float) -> None:
    bounds = boundaries(QUARTERS, spending=Spending("pocock"))
    covered, above, plain = [], [], []
    for z in walks(bounds, drift=drift, seed=3)[:MANY]:
        look = next((k for k in range(4) if abs(z[k]) >= bounds.upper[k]), 3)
        error = 1 / sqrt(QUARTERS[look])
        found = after_stopping(bounds, look, z[look] * error, standard_error=error, n=100)
        covered.append(found.holds(drift))
        above.append(found.value > drift)
        plain.append(z[look] * error > drift)

    assert np.mean(covered) == pytest.approx(0.95, abs=3 * sqrt(0.05 * 0.95 / MANY))
    assert np.mean(above) == pytest.approx(0.5, abs=1.6 / sqrt(MANY))
    assert drift == 0 or np.mean(plain) > np.mean(above)


def test_the_corrected_p_value_is_uniform_when_there_is_no_difference() -> None:
    bounds, found = boundaries(QUARTERS), []
    for z in walks(bounds, seed=4)[:MANY]:
        look = next((k for k in range(4) if abs(z[k]) >= bounds.upper[k]), 3)
        found.append(after_stopping(bounds, look, z[look], standard_error=1.0, n=100).p_value)

    for level in (0.05, 0.2, 0.5):
        assert np.mean(np.array(found) <= level) == pytest.approx(level, abs=3.5 * sqrt(level * (1 - level) / MANY))


def test_a_corrected_p_value_is_below_the_level_just_where_the_bound_is_crossed() -> None:
    bounds = boundaries(QUARTERS)
    for look, bound in enumerate(bounds.upper):
        for z in (bound - 0.01, bound + 0.01):
            found = after_stopping(bounds, look, z, standard_error=1.0, n=9)
            if look == 3 or z > bound:
                assert (found.p_value or 0.0) < 0.05 or z < bound
                assert (found.low > 0) == (z > bound)


def test_a_repeated_interval_excludes_zero_just_where_the_bound_is_crossed() -> None:
    bounds = boundaries(QUARTERS)
    crossed, not_crossed = (at_look(bounds, 1, z, standard_error=1.0, n=9) for z in (2.97, 2.96))

    assert crossed.low > 0 > not_crossed.low
    assert crossed.remarks == ("Look 2 of 4: the bound is crossed.",)


@pytest.mark.parametrize("spending", [Spending(), Spending("pocock")], ids=str)
def test_a_repeated_p_value_is_the_level_at_which_the_plan_would_have_stopped(spending: Spending) -> None:
    for look in range(4):
        for level in (0.01, 0.05, 0.3):
            z = boundaries(QUARTERS, level=level, spending=spending).upper[look]
            found = at_look(boundaries(QUARTERS, spending=spending), look, z, standard_error=1.0, n=9)
            assert z == inf or found.p_value == pytest.approx(level, rel=1e-4)
    assert at_look(boundaries(QUARTERS), 3, 0.0, standard_error=1.0, n=9).p_value == 1.0
    assert at_look(boundaries(QUARTERS), 3, 30.0, standard_error=1.0, n=9).p_value == pytest.approx(1e-12)


def test_a_far_result_at_the_first_look_has_finite_bounds() -> None:
    found = after_stopping(boundaries(QUARTERS), 0, 50.0, standard_error=1.0, n=9)

    assert 47 < found.low < found.value < found.high < 53


@pytest.mark.parametrize("fractions", [[], [0.5, 0.5], [0.0, 1.0], [0.5, 1.2], [0.7, 0.3]])
def test_looks_that_do_not_ascend_are_refused(fractions: list[float]) -> None:
    with pytest.raises(ValueError, match="must ascend"):
        boundaries(fractions)


@pytest.mark.parametrize(
    ("name", "parameter"), [("bonferroni", None), ("power", None), ("power", -1.0), ("pocock", 2.0)]
)
def test_an_unknown_spending_or_parameter_is_refused(name: str, parameter: float | None) -> None:
    with pytest.raises(ValueError, match=r"spending must be|parameter"):
        Spending(name, parameter)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(NoAnswer, match="Nothing varies"):
        at_look(boundaries(QUARTERS), 0, 1.0, standard_error=0.0, n=4)
    with pytest.raises(ValueError, match="look must be"):
        after_stopping(boundaries(QUARTERS), 4, 1.0, standard_error=1.0, n=4)
    with pytest.raises(ValueError, match="one-sided"):
        with_futility(boundaries(QUARTERS))
    with pytest.raises(ValueError, match="sides 1 or 2"):
        boundaries(QUARTERS, sides=3)


def test_every_spending_function_is_tried() -> None:
    assert {one.name for one in EVERY} == set(SPENDING)
