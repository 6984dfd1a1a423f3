"""Tests by ranks and by permutation: SciPy's figures, exact levels, honest ties."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.ranks.mann_whitney import chance_to_be_larger, hodges_lehmann, mann_whitney
from analysis.statistics.ranks.permutation import permutation_test, sign_flip_test
from analysis.statistics.ranks.several import friedman, kruskal
from analysis.statistics.ranks.wilcoxon import pseudo_median, sign_test, wilcoxon
from analysis.statistics.words import NoAnswer

RNG = np.random.default_rng(1)
X, Y = RNG.normal(0, 1, 15), RNG.normal(0.8, 1, 12)


def test_figures_are_scipy_s() -> None:
    assert mann_whitney(X, Y).tested.p_value == stats.mannwhitneyu(Y, X).pvalue
    assert wilcoxon(Y - X[:12]).p_value == stats.wilcoxon(Y - X[:12]).pvalue
    assert kruskal([X, Y, X + 1]).p_value == pytest.approx(stats.kruskal(X, Y, X + 1).pvalue, rel=1e-12)
    table = RNG.normal(size=(9, 4))
    assert friedman(table).p_value == pytest.approx(stats.friedmanchisquare(*table.T).pvalue, rel=1e-12)


def test_all_values_the_same_is_no_evidence() -> None:
    same = [2.0] * 6

    assert mann_whitney(same, same).tested.p_value == 1
    assert kruskal([same, same]).p_value == 1
    assert wilcoxon([0.0] * 6).p_value == 1
    assert permutation_test(same, same, rng=RNG).p_value == 1
    assert friedman([[1.0, 1.0, 1.0]] * 3).p_value == 1


def test_the_shift_s_interval_belongs_to_the_test() -> None:
    """It leaves out 0 just where the exact test rejects."""
    for seed in range(100):
        rng = np.random.default_rng(seed)
        x, y = rng.normal(0, 1, 8), rng.normal(0.9, 1, 9)
        found = hodges_lehmann(x, y)
        assert found is not None
        assert found.holds(0) == (stats.mannwhitneyu(x, y, method="exact").pvalue > 0.05)


def test_the_middle_of_differences_belongs_to_wilcoxon_s_test() -> None:
    for seed in range(100):
        gaps = np.random.default_rng(seed).normal(0.6, 1, 11)
        found = pseudo_median(gaps)
        assert found is not None
        assert found.holds(0) == (stats.wilcoxon(gaps, method="exact").pvalue > 0.05)


@pytest.mark.parametrize("shift", [0.0, 1.0, 2.0])
def test_the_chance_to_be_larger_is_held(shift: float) -> None:
    rng = np.random.default_rng(3)
    true = float(stats.norm.cdf(shift / np.sqrt(5)))
    held = [chance_to_be_larger(rng.normal(0, 1, 25), rng.normal(shift, 2, 20)).holds(true) for _ in range(400)]

    assert np.mean(held) >= 0.92


def test_arms_that_do_not_overlap_are_not_certain_to_be_apart() -> None:
    found = mann_whitney([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])

    assert found.larger.value == 1
    assert found.larger.low < 0.7
    assert found.delta.low < 0.4


def test_all_ways_are_tried_where_they_are_few() -> None:
    """Twenty ways to choose three of six; only the one that was and its mirror are as far out."""
    found = permutation_test([1.0, 2.0, 3.0], [10.0, 11.0, 12.0], rng=RNG)

    assert found.p_value == 2 / 20


def test_permutation_tests_keep_their_level_where_spreads_differ() -> None:
    rng = np.random.default_rng(12)
    tested = [
        permutation_test(rng.normal(0, 3, 10), rng.normal(0, 1, 30), rng=rng, times=199).p_value for _ in range(300)
    ]

    assert np.mean(np.array(tested) <= 0.05) <= 0.085


def test_conditions_swapped_within_units_is_an_exact_test() -> None:
    gaps = [1.0, 2.0, 3.0, 4.0]

    assert sign_flip_test(gaps, rng=RNG).p_value == 2 / 16
    assert sign_test(gaps).p_value == 2 / 16


def test_one_sided_questions_have_one_sided_answers() -> None:
    assert (
        mann_whitney(X, Y, alternative="greater").tested.p_value
        == stats.mannwhitneyu(Y, X, alternative="greater").pvalue
    )
    assert permutation_test(X, Y + 3, rng=RNG, alternative="less").p_value > 0.9


def test_a_unit_without_all_conditions_is_named_as_the_reason() -> None:
    with pytest.raises(NoAnswer, match="not measured in all conditions"):
        friedman([[1.0, 2.0, float("nan")], [1.0, 2.0, 3.0]])
