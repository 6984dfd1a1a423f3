"""MAPLE: counts that add up to 1, features by the roots, and the slope that is really there."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor

from analysis.explainers.attribution.maple import Maple, leaf_weights, root_gains
from analysis.explainers.bodies import Attribution
from analysis.explainers.subjects import Background
from tests.analysis.explainers.subjects import FEATURES, TABLE, Linear


def test_a_row_counts_by_the_leaves_that_it_shares() -> None:
    """The first tree's leaf has rows 0, 1, the second's rows 0, 2, 3: 1/2 (1/2 + 1/3), 1/2 · 1/2, 1/2 · 1/3 twice."""
    leaves = np.array([[7, 4], [7, 5], [8, 4], [8, 4]])

    assert leaf_weights(leaves, np.array([7, 4])) == pytest.approx([5 / 12, 1 / 4, 1 / 6, 1 / 6])


@pytest.fixture(scope="module")
def forest() -> RandomForestRegressor:
    wanted = Linear((2.0, -3.0, 0.0)).outputs(TABLE.rows)[:, 0]
    return RandomForestRegressor(12, min_samples_leaf=5, max_features=0.5, random_state=1).fit(TABLE.rows, wanted)


def test_the_counts_of_any_row_add_up_to_one(forest: RandomForestRegressor) -> None:
    for row in np.random.default_rng(0).normal(size=(10, 3)) * 3:
        weights = leaf_weights(forest.apply(TABLE.rows), forest.apply(row[np.newaxis])[0])

        assert weights.sum() == pytest.approx(1)
        assert (weights >= 0).all()


def test_the_features_are_ranked_by_what_the_roots_save(forest: RandomForestRegressor) -> None:
    """The impurity of a root less that of its sides, weighed by their rows; counted again from the rows drawn."""
    saved = root_gains(forest, 3)

    assert saved.argmax() == 1
    assert saved.sum() == pytest.approx(
        sum(
            each.tree_.impurity[0]
            - sum(
                each.tree_.weighted_n_node_samples[side] * each.tree_.impurity[side]
                for side in (each.tree_.children_left[0], each.tree_.children_right[0])
            )
            / each.tree_.weighted_n_node_samples[0]
            for each in forest.estimators_
        )
    )


def test_a_linear_model_is_found_again() -> None:
    model, background = Linear((2.0, -3.0, 0.0)), Background(TABLE.rows, FEATURES)
    explanation = Maple(trees=15, alpha=0.0).fit(model, background, seed=1)(TABLE.rows[0], None)

    assert isinstance(explanation.body, Attribution)
    found = [weight.weight for weight in explanation.body.weights]
    assert found == pytest.approx(np.array([2.0, -3.0, 0.0]) * TABLE.rows.std(axis=0), abs=1e-8)
    assert explanation.fidelity == pytest.approx(1)


def test_no_more_features_than_asked_for_weigh_anything() -> None:
    explanation = Maple(trees=10, features=1).fit(Linear(), TABLE, seed=1)(TABLE.rows[0], None)

    assert isinstance(explanation.body, Attribution)
    assert sum(weight.weight != 0 for weight in explanation.body.weights) == 1
