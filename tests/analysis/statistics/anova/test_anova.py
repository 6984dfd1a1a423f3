"""Analysis of variance: the field's figures, and a sentence where nothing can be told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.mixed_linear_model import MixedLM
from statsmodels.stats.anova import AnovaRM

from analysis.statistics.anova.factorial import factorial
from analysis.statistics.anova.mixed import mixed_model
from analysis.statistics.anova.one_way import one_way, welch_anova
from analysis.statistics.anova.repeated import repeated
from analysis.statistics.estimates.means import difference, paired, pooled_difference
from analysis.statistics.moments import Moments
from analysis.statistics.words import NoAnswer

RNG = np.random.default_rng(2)
ROWS = RNG.normal(size=(12, 6)) + RNG.normal(size=(12, 1)) + np.arange(6) * 0.2
UNIT, PLACE = (each.ravel() for each in np.indices((12, 6)))


def test_one_way_is_scipy_s() -> None:
    groups = [RNG.normal(size=n) for n in (8, 5, 11)]

    assert one_way([Moments.of(group) for group in groups]).p_value == pytest.approx(stats.f_oneway(*groups).pvalue)


def test_two_groups_are_the_t_tests_squared() -> None:
    arms = Moments.of(RNG.normal(size=9)), Moments.of(RNG.normal(1, 2, 14))

    assert one_way(arms).p_value == pytest.approx(pooled_difference(*arms).p_value, rel=1e-9)
    assert welch_anova(arms).p_value == pytest.approx(difference(*arms).p_value, rel=1e-9)


def test_repeated_measures_are_the_field_s() -> None:
    frame = pd.DataFrame({"unit": UNIT, "a": PLACE // 3, "b": PLACE % 3, "y": ROWS.ravel()})
    other = AnovaRM(frame, "y", "unit", within=["a", "b"]).fit().anova_table

    for effect in repeated(ROWS, {"a": 2, "b": 3}):
        assert effect.p_uncorrected == pytest.approx(other.loc[effect.name, "Pr > F"], rel=1e-6)
        assert effect.tested.p_value >= effect.p_uncorrected - 1e-12 or effect.tested.p_value > 0.3


def test_two_conditions_are_the_paired_t_squared() -> None:
    (effect,) = repeated(ROWS[:, :2])

    assert effect.tested.p_value == pytest.approx(paired(Moments.of(ROWS[:, 1] - ROWS[:, 0])).p_value, rel=1e-9)


def test_balanced_types_agree() -> None:
    y = RNG.normal(size=24)
    factors = {"A": np.arange(24) % 2, "B": np.arange(24) // 2 % 3}

    second, third = factorial(y, factors, kind=2), factorial(y, factors, kind=3)

    assert [effect.squares for effect in second.effects] == pytest.approx([effect.squares for effect in third.effects])


def test_an_empty_cell_is_named_as_the_reason() -> None:
    with pytest.raises(NoAnswer, match="Some combination of levels has no unit"):
        factorial([1.0, 2.0, 3.0, 4.0, 5.5], {"A": list("aabbb"), "B": list("xxxyy")}, kind=3)
    with pytest.raises(NoAnswer, match="Factor A has one level"):
        factorial([1.0, 2.0], {"A": list("aa")})


def test_no_spread_within_groups_is_no_infinite_f() -> None:
    constant = [Moments.of([1.0, 1.0]), Moments.of([2.0, 2.0])]

    for ask in (one_way, welch_anova):
        with pytest.raises(NoAnswer, match="ll values are the same"):
            ask(constant)
    with pytest.raises(NoAnswer, match="All values are the same"):
        factorial([1.0, 1.0, 2.0, 2.0], {"A": list("aabb")})


def test_a_mixed_model_is_the_field_s_whatever_the_unit_of_measurement() -> None:
    treat = (PLACE % 2).astype(float)
    other = MixedLM(ROWS.ravel(), np.column_stack([np.ones(72), treat]), groups=UNIT).fit()

    found, scaled = (mixed_model(ROWS.ravel() * scale, {"treat": treat}, UNIT) for scale in (1, 1e6))

    assert found.effects["treat"].value == pytest.approx(other.params[1], rel=1e-4)
    assert found.effects["treat"].standard_error == pytest.approx(other.bse[1], rel=1e-4)
    assert found.log_likelihood == pytest.approx(other.llf, rel=1e-6)
    assert scaled.share == pytest.approx(found.share, rel=1e-6)
    assert "only 12 units" in found.effects["treat"].remarks[-1]


@pytest.mark.parametrize(
    ("y", "column", "units", "why"),
    [
        ([1.0, 2.0, 3.0, 5.0], [1, 1, 1, 1], [0, 0, 1, 1], "Column treat is constant"),
        ([1.0, 2.0, 3.0, 5.0], [0, 1, 0, 1], [0, 1, 2, 3], "measured more than once"),
        ([0.0, 1.0, 0.0, 1.0], [0, 1, 0, 1], [0, 0, 1, 1], "tell every value exactly"),
    ],
)
def test_what_a_mixed_model_cannot_tell_is_said(y: list[float], column: list[int], units: list[int], why: str) -> None:
    with pytest.raises(NoAnswer, match=why):
        mixed_model(y, {"treat": column}, units)
