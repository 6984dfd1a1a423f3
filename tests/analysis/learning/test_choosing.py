"""Which setting is best, and how good the choice is."""

from collections.abc import Callable

import pytest

from analysis.learning.running import Fold
from analysis.learning.validation import Nested, parse_validation
from analysis.learning.validation.choosing import Figure, nested_choice, ranking
from analysis.learning.validation.scheme import Scheme

FIVE = parse_validation({"scheme": "kfold", "folds": 5})
NESTED = Nested(outer=5, inner=2)


def figures(scheme: Scheme, value: Callable[[str, Fold], float | None], settings: str = "abc") -> list[Figure]:
    return [Figure(key, fold, value(key, fold)) for key in settings for fold in scheme.folds_to_run()]


def test_settings_are_ranked_by_their_mean_and_compared_with_the_best_fold_by_fold() -> None:
    values = {"a": 0.8, "b": 0.9, "c": 0.85}
    rows = ranking(figures(FIVE, lambda key, fold: values[key] + 0.01 * (fold.outer or 0)), FIVE, maximise=True)

    assert [row.setting for row in rows] == ["b", "c", "a"]
    assert rows[0].summary is not None
    assert rows[0].summary.mean == pytest.approx(0.92)
    assert rows[0].behind is None
    assert rows[1].behind is not None
    assert (rows[1].behind.mean, rows[1].behind.sd) == pytest.approx((0.05, 0.0), abs=1e-12)


def test_less_is_better_where_that_is_said() -> None:
    rows = ranking(figures(FIVE, lambda key, fold: {"a": 0.3, "b": 0.1, "c": 0.2}[key]), FIVE, maximise=False)

    assert [row.setting for row in rows] == ["b", "c", "a"]
    assert rows[2].behind is not None
    assert rows[2].behind.mean == pytest.approx(0.2)


def test_a_setting_that_lacks_a_fold_is_last_and_not_compared() -> None:
    """The fold that is missing may be the hard one."""
    values = {"a": 0.99, "b": 0.5, "c": 0.4}
    there = figures(FIVE, lambda key, fold: None if (key, fold) == ("a", Fold(3)) else values[key])
    rows = ranking(there, FIVE, maximise=True)

    assert [(row.setting, row.is_complete) for row in rows] == [("b", True), ("c", True), ("a", False)]
    assert rows[2].missing == (Fold(3),)
    assert rows[2].behind is None


def test_seeds_of_a_fold_are_no_further_folds() -> None:
    twice = [*figures(FIVE, lambda key, fold: 0.8), *figures(FIVE, lambda key, fold: 0.9)]
    [row, *_] = ranking(twice, FIVE, maximise=True)

    assert row.summary is not None
    assert row.summary.n == 5
    assert row.summary.mean == pytest.approx(0.85)


def test_a_fold_of_which_one_seed_is_missing_is_missing() -> None:
    gone = [*figures(FIVE, lambda key, fold: 0.8), Figure("a", Fold(0), None)]

    assert {row.setting: row.missing for row in ranking(gone, FIVE, maximise=True)}["a"] == (Fold(0),)


def nested_value(key: str, fold: Fold) -> float:
    """Inner folds prefer a, but in outer fold 4 they prefer b; on the outer folds b is better everywhere."""
    if fold.inner is None:
        return {"a": 0.7, "b": 0.9, "c": 0.1}[key] + 0.01 * (fold.outer or 0)
    inner = {"a": 0.8, "b": 0.75, "c": 0.2}[key]
    return inner + (0.1 if key == "b" and fold.outer == 4 else 0)


def test_each_outer_fold_chooses_by_its_inner_folds_alone() -> None:
    """Scenario S5. What is better on the outer folds must not be seen by the choice."""
    choice = nested_choice(figures(NESTED, nested_value), NESTED, maximise=True)

    assert [one.setting for one in choice.chosen] == ["a", "a", "a", "a", "b"]
    assert [one.outer for one in choice.chosen] == pytest.approx([0.7, 0.71, 0.72, 0.73, 0.94])
    assert choice.summary is not None
    assert choice.summary.n == 5
    assert choice.summary.mean == pytest.approx(0.76)
    assert choice.votes == {"a": 4, "b": 1}
    assert choice.best == "a"


def test_nothing_is_chosen_before_the_inner_folds_are_all_there() -> None:
    def value(key: str, fold: Fold) -> float | None:
        return None if (key, fold) == ("c", Fold(2, 1)) else nested_value(key, fold)

    choice = nested_choice(figures(NESTED, value), NESTED, maximise=True)

    assert [one.fold for one in choice.chosen] == [0, 1, 3, 4]
    assert (choice.missing, choice.summary) == ((2,), None)


def test_the_ranking_of_a_nested_scheme_is_by_inner_folds() -> None:
    rows = ranking(figures(NESTED, nested_value), NESTED, maximise=True)

    assert [row.setting for row in rows] == ["a", "b", "c"]
    assert len(rows[0].values) == 10


def test_no_figures_are_no_settings() -> None:
    assert ranking([], FIVE, maximise=True) == []
    assert nested_choice([], NESTED, maximise=True).summary is None
