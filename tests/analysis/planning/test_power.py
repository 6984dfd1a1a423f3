"""Every kind of design keeps the promises of power, and agrees with a second source."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.power import FTestAnovaPower, NormalIndPower, TTestIndPower, TTestPower
from statsmodels.stats.proportion import (
    power_proportions_2indep,
    proportion_effectsize,
    samplesize_proportions_2indep_onetail,
)

from analysis.planning.power import DESIGNS, invited, smallest_effect, units, whole_units
from analysis.planning.power.assurance import Belief, assurance, ceiling, normal_assurance, units_for_assurance
from analysis.planning.power.groups import Clusters, Groups
from analysis.planning.power.means import PairedMeans, TwoMeans
from analysis.planning.power.precision import units_for_mean, units_for_proportion
from analysis.planning.power.proportions import TwoProportions
from analysis.planning.power.relative import smallest_lift
from analysis.statistics.words import NoAnswer
from tests.analysis.planning.reference_cases import CASES

EFFECTS = {"proportions": 0.1, "the_same": 0.5, "not_worse": 0.5}
kinds = pytest.mark.parametrize("kind", sorted(DESIGNS))


def effect_of(kind: str) -> float:
    return EFFECTS.get(kind, 0.3)


@kinds
def test_the_units_that_are_asked_for_are_enough_and_one_less_is_not(kind: str) -> None:
    design, effect = DESIGNS[kind](), effect_of(kind)
    n = whole_units(design, effect, 0.8)

    assert design.power(n, effect) >= 0.8 > design.power(n - 1, effect)


@kinds
def test_the_smallest_effect_is_found_with_just_that_chance(kind: str) -> None:
    design = DESIGNS[kind]()
    effect = smallest_effect(design, 60, 0.9)

    assert design.power(60, effect) == pytest.approx(0.9, abs=1e-9)
    assert units(design, effect, 0.9) == pytest.approx(60, rel=1e-6)


@kinds
def test_more_units_and_larger_effects_are_found_more_often(kind: str) -> None:
    design, effect = DESIGNS[kind](), effect_of(kind)
    by_units = [design.power(n, effect) for n in (10, 30, 100, 1_000, 100_000)]
    by_effect = [design.power(100, effect * part) for part in (0.2, 0.5, 1.0)]

    assert by_units == sorted(by_units)
    assert by_effect == sorted(by_effect)
    assert all(0 <= one <= 1 for one in by_units + by_effect)


@kinds
def test_without_an_effect_no_number_of_units_finds_one(kind: str) -> None:
    design = DESIGNS[kind]()

    assert design.power(50, 0.0) <= design.level + 1e-9
    with pytest.raises(NoAnswer, match="Not even 1,000,000,000 units"):
        units(design, 0.0, 0.8)


@kinds
def test_what_cannot_be_is_refused_by_name(kind: str) -> None:
    with pytest.raises(ValueError, match=r"level must be a number from 1e-09 to 0\.5, not 2"):
        DESIGNS[kind](level=2)
    with pytest.raises(ValueError, match="colour is not asked for here"):
        DESIGNS[kind].read({"colour": "red"})
    with pytest.raises(ValueError, match="power must be above the level"):
        units(DESIGNS[kind](), 0.3, 0.01)


def test_t_tests_agree_with_a_second_source() -> None:
    ours = TwoMeans(ratio=1.5)
    assert ours.power(40, 0.5) == pytest.approx(TTestIndPower().power(0.5, 40, 0.05, ratio=1.5), rel=1e-9)
    paired = PairedMeans(sd=2.0, correlation=0.7)
    size = 0.4 / (2 * np.sqrt(0.6))
    assert paired.power(25, 0.4) == pytest.approx(TTestPower().power(size, 25, 0.05), rel=1e-9)
    case = CASES["power_t"]
    assert TwoMeans().power(80, 0.4) == pytest.approx(case["expect"]["power"], rel=case["tol"])


def test_proportions_agree_with_a_second_source_by_each_formula() -> None:
    pooled, arcsine = TwoProportions(base=0.1), TwoProportions(base=0.1, method="arcsine")

    assert pooled.power(4000, 0.02) == pytest.approx(power_proportions_2indep(0.02, 0.1, 4000).power, rel=1e-9)
    assert pooled.power(4000, 0.02) == pytest.approx(CASES["power_prop"]["expect"]["power"], rel=1e-4)
    fleiss = samplesize_proportions_2indep_onetail(0.02, 0.1, 0.8, alpha=0.05)
    assert units(pooled, 0.02, 0.8) == pytest.approx(fleiss, rel=1e-5)  # his leaves the far tail out
    h = proportion_effectsize(0.12, 0.1)
    assert arcsine.power(4000, 0.02) == pytest.approx(NormalIndPower().power(h, 4000, 0.05), rel=1e-9)


def test_analysis_of_variance_agrees_with_a_second_source() -> None:
    ours = Groups(groups=3)

    assert ours.power(40, 0.25) == pytest.approx(CASES["power_anova"]["expect"]["power"], rel=1e-6)
    assert ours.power(15, 0.4) == pytest.approx(FTestAnovaPower().power(0.4, 45, 0.05, k_groups=3), rel=1e-9)


def test_clusters_of_one_unit_are_units_and_alike_ones_add_nothing() -> None:
    single = Clusters(size=1.0, icc=0.5)
    alike = Clusters(size=10.0, icc=1.0)

    assert single.power(40, 0.5) == pytest.approx(TwoMeans().power(40, 0.5), rel=1e-9)
    assert alike.power(400, 0.5) == pytest.approx(TwoMeans().power(40, 0.5), rel=1e-9)


@pytest.mark.parametrize(("kind", "n", "effect"), [("means", 30, 0.6), ("rates", 200, 0.3), ("the_same", 60, 0.6)])
def test_power_is_what_simulated_studies_find(kind: str, n: int, effect: float) -> None:
    rng, runs = np.random.default_rng(18), 20_000
    if kind == "rates":
        first, second = rng.poisson(n * 1.0, runs), rng.poisson(n * (1 + effect), runs)
        found = np.abs(np.log(second / first)) > 1.959964 * np.sqrt(1 / first + 1 / second)
    else:
        means = rng.normal(0, np.sqrt(1 / n), (2, runs))
        spread = np.sqrt(rng.chisquare(2 * n - 2, runs) / (2 * n - 2) * 2 / n)
        if kind == "means":
            found = np.abs(means[1] - means[0] + effect) > 2.001717 * spread
        else:
            found = np.abs(means[1] - means[0]) < effect - 1.65787 * spread

    assert found.mean() == pytest.approx(DESIGNS[kind]().power(n, effect), abs=4 * np.sqrt(0.25 / runs))


def test_sample_sizes_that_were_worked_out_by_hand() -> None:
    given, expect = CASES["B11"]["given"], CASES["B11"]["expect"]
    low, high = given["two_props"]
    normal = (1.959963984540054 + 0.8416212335729143) ** 2 * 2 / given["two_means"]["d"] ** 2

    assert normal == pytest.approx(expect["n_per_arm_means_normal"], rel=1e-8)
    assert whole_units(TwoMeans(), 0.5, 0.8) == 64
    assert units(TwoProportions(base=low), high - low, 0.8) == pytest.approx(expect["n_per_arm_props_normal"], rel=1e-5)
    assert whole_units(TwoProportions(base=low), high - low, 0.8) == expect["n_per_arm_props_ceil"]
    assert units_for_mean(1, 0.1) == expect["n_precision"]
    assert units_for_proportion(0.5, 0.05) == expect["n_precision_prop"]


def test_assurance_is_less_than_power_and_has_a_ceiling() -> None:
    belief, expect = Belief(0.5, 0.3), CASES["B11"]["expect"]

    assert normal_assurance(64, belief) == pytest.approx(expect["assurance"], abs=1e-9)
    assert assurance(TwoMeans(), 64, belief) == pytest.approx(expect["assurance"], abs=4e-3)
    assert ceiling(belief) == pytest.approx(expect["assurance_limit_n_to_inf"], abs=1e-9)
    n = units_for_assurance(TwoMeans(), belief, 0.8)
    assert assurance(TwoMeans(), n, belief) >= 0.8 > assurance(TwoMeans(), n - 1, belief)
    with pytest.raises(NoAnswer, match=r"only 0\.952"):
        units_for_assurance(TwoMeans(), belief, 0.96)


def test_the_smallest_lift_solves_its_own_equation() -> None:
    lift = smallest_lift(10, 4, 1000)
    k = 1.959963984540054 + 0.8416212335729143

    assert lift**2 == pytest.approx(k**2 * 16 / 1000 / 100 * (1 + (1 + lift) ** 2), rel=1e-9)
    with pytest.raises(NoAnswer, match="mean under control is 0"):
        smallest_lift(0, 4, 1000)
    with pytest.raises(NoAnswer, match="no relative change is ever found"):
        smallest_lift(0.1, 4, 10)


def test_who_drops_out_is_invited_too() -> None:
    assert invited(64, 0.2) == 80
    with pytest.raises(ValueError, match="drop_out must be from 0 to below 1"):
        invited(64, 1.0)
