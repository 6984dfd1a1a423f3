"""Curves of effects: means of cases, and steps of cases that are really there."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.inspection import partial_dependence
from sklearn.tree import DecisionTreeRegressor

from analysis.explainers import EXPLAINERS, Explanation
from analysis.explainers.bodies import Curves
from analysis.explainers.curves.accumulated import accumulated, edges_of, stepped
from analysis.explainers.curves.partial import grid_of, moved
from analysis.explainers.subjects import Background, Model
from analysis.learning.data.features import Feature, FeatureKind
from tests.analysis.explainers.subjects import TABLE, Linear
from tests.analysis.explainers.test_shapley import Formula

DIAGONAL = np.array([[0.0, 0], [1, 1], [2, 2], [3, 3]])
PRODUCT = Formula(lambda x: x[:, 0] * x[:, 1])


def explained(model: Model, background: Background, **parameters: object) -> tuple[Curves, Explanation]:
    explainer = EXPLAINERS.parse(parameters)  # type: ignore[arg-type]  # texts and numbers
    explanation = explainer.fit(model, background, seed=1)(background.rows[3], None)
    assert isinstance(explanation.body, Curves)
    return explanation.body, explanation


def test_accumulated_effects_by_hand() -> None:
    """x0 x1 where both are the same: steps of x1 = 0 and 1 (mean 1/2), 2, 3; so 0, 1/2, 5/2, 11/2, less 3/2."""
    edges = edges_of(DIAGONAL[:, 0], 3)

    assert edges.tolist() == [0, 1, 2, 3]
    assert accumulated(PRODUCT, DIAGONAL, 0, edges)[:, 0] == pytest.approx([-1.5, -1, 1, 4])


def test_partial_dependence_lends_a_feature_what_its_fellow_does_and_accumulated_effects_do_not() -> None:
    """Of x1 alone, where x0 goes with it: x0 moves nothing; and the mean over cases of x0 x1 is x0 times a mean."""
    only_other = Formula(lambda x: x[:, 1])

    assert accumulated(only_other, DIAGONAL, 0, edges_of(DIAGONAL[:, 0], 3))[:, 0] == pytest.approx(np.zeros(4))
    assert moved(PRODUCT, DIAGONAL, 0, np.array([2.0]))[:, 0, 0].mean() == pytest.approx(2 * 1.5)


def test_effects_of_what_is_added_up_are_its_own_terms() -> None:
    body, explanation = explained(Linear(), TABLE, type="accumulated_effects", intervals=6)
    for curve, weight in zip(body.curves, (2.0, -3.0, 0.5), strict=True):
        assert np.diff(curve.mean) == pytest.approx(weight * np.diff(np.array(curve.grid, dtype=float)))
    assert body.means == "accumulated local effects"
    assert explanation.value_function == "local"


def test_an_interval_without_cases_moves_nothing() -> None:
    assert np.isfinite(accumulated(PRODUCT, DIAGONAL, 0, np.array([0.0, 0.2, 0.4, 3]))).all()


def test_levels_of_a_flag_step_once_and_mean_nothing() -> None:
    rows = np.array([[0.0, 1], [0, 2], [1, 3]])

    assert stepped(PRODUCT, rows, 0, np.array([0.0, 1]))[:, 0] == pytest.approx([-2 / 3, 4 / 3])


def test_categories_without_an_order_are_left_out_by_name() -> None:
    town = Feature(name="town", kind=FeatureKind.CATEGORY, categories=("Ayr", "Bath", "Cork", "Deal"))
    body, explanation = explained(
        PRODUCT, Background(DIAGONAL, (Feature(name="age"), town)), type="accumulated_effects"
    )

    assert [curve.feature for curve in body.curves] == ["age"]
    assert "town" in explanation.warnings[0]


def test_partial_dependence_is_that_of_scikit_learn() -> None:
    wanted = Linear().outputs(TABLE.rows)[:, 0] ** 2
    tree = DecisionTreeRegressor(max_depth=3, random_state=0).fit(TABLE.rows, wanted)
    body, _ = explained(Formula(tree.predict), TABLE, type="partial_dependence", points=5)
    for place, curve in enumerate(body.curves):
        theirs = partial_dependence(
            tree, TABLE.rows, [place], custom_values={place: np.array(curve.grid, dtype=float)}, method="brute"
        )

        assert curve.mean == pytest.approx(theirs["average"][0])


def test_the_first_single_curve_is_the_samples_own() -> None:
    body, explanation = explained(Linear(), TABLE, type="individual_expectation", points=4, lines=3)
    assert explanation.prediction is not None
    for place, curve in enumerate(body.curves):
        row = TABLE.rows[3].copy()
        row[place] = float(curve.grid[-1])

        assert curve.single[0][-1] == pytest.approx(float(Linear().outputs(row[np.newaxis])[0, 0]))
        assert len(curve.single) == 4


def test_centred_curves_begin_at_nothing() -> None:
    body, _ = explained(Linear(), TABLE, type="individual_expectation", is_centred=True)
    for curve in body.curves:
        assert curve.mean[0] == 0
        assert {line[0] for line in curve.single} == {0.0}
        assert np.array(curve.single) == pytest.approx(np.tile(curve.mean, (16, 1)))


def test_a_grid_is_made_of_values_that_are_there() -> None:
    column = TABLE.rows[:, 0]
    grid = grid_of(Feature(name="rooms"), column, 7)

    assert set(grid) <= set(column)
    assert (grid[0], grid[-1]) == (column.min(), column.max())
    assert grid_of(Feature(name="owns", kind=FeatureKind.FLAG), np.array([1.0, 0, 1]), 7).tolist() == [0, 1]
