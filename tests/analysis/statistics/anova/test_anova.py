"""Analysis of variance: the field's figures, and a sentence where nothing can be told."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.mixed_linear_model import MixedLM
from statsmodels.stats.anova import AnovaRM

from analysis.statistics.anova.factorial import factorial
from analysis.statistics.anova.mixed import mixed_model
from analysis.statistics.anova.one_way import one_way, welch_anova
from analysis.statistics.anova.pairs import Pair, games_howell, tukey
from analysis.statistics.anova.repeated import repeated
from analysis.statistics.anova.split_plot import split_plot
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


def test_two_groups_by_two_conditions_are_three_t_tests_squared() -> None:
    groups = np.array(list("aaaaabbbbbbb"))
    first, second = ROWS[:, 0], ROWS[:, 1]

    group, _condition, both = split_plot(ROWS[:, :2], groups)

    by_group = [
        stats.ttest_ind(each[groups == "a"], each[groups == "b"]).pvalue for each in (first + second, second - first)
    ]
    assert [group.tested.p_value, both.tested.p_value] == pytest.approx(by_group, rel=1e-9)
    assert both.name == "group:condition"


def test_groups_of_one_size_leave_conditions_as_repeated_measures_have_them() -> None:
    effects = {effect.name: effect for effect in split_plot(ROWS, list("ab") * 6, {"a": 2, "b": 3}, name="site")}

    for effect in repeated(ROWS, {"a": 2, "b": 3}):
        assert effects[effect.name].squares == pytest.approx(effect.squares, rel=1e-9)
    assert set(effects) == {"site", "a", "site:a", "b", "site:b", "a:b", "site:a:b"}


def test_a_group_by_condition_study_keeps_its_level() -> None:
    rng = np.random.default_rng(21)
    groups = np.repeat([0, 1, 2], [5, 8, 6])
    p_values = np.array([[e.tested.p_value for e in split_plot(rng.normal(size=(19, 3)), groups)] for _ in range(500)])

    assert ((p_values <= 0.05).mean(axis=0) <= 0.08).all()


@pytest.mark.parametrize(("ask", "same_spread"), [(tukey, True), (games_howell, False)])
def test_all_pairs_are_scipy_s(ask: Callable[[dict[str, Moments]], tuple[Pair, ...]], same_spread: bool) -> None:
    groups = {"a": RNG.normal(size=9), "b": RNG.normal(0.5, 2, 12), "c": RNG.normal(1, 1, 7)}

    found = ask({name: Moments.of(group) for name, group in groups.items()})
    other = stats.tukey_hsd(*groups.values(), equal_var=same_spread)

    theirs = np.asarray(other.pvalue)
    assert [each.estimate.p_value for each in found] == pytest.approx([theirs[1, 0], theirs[2, 0], theirs[2, 1]])
    assert found[0].estimate.low == pytest.approx(np.asarray(other.confidence_interval().low)[1, 0], rel=1e-4)


def test_a_level_without_a_name_is_no_level() -> None:
    with pytest.raises(NoAnswer, match="A label is missing"):
        factorial([1.0, 2.0, 3.0], {"A": ["a", None, "b"]})
