"""TreeSHAP against hand-counted trees and against counting all coalitions, as the model itself rounds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.explainers.attribution.exact import ExactShapley, shapley_values
from analysis.explainers.attribution.trees import TreeShap, product_shares
from analysis.explainers.bodies import Attribution
from analysis.explainers.subjects import Background, GrownTree
from tests.analysis.explainers.subjects import ORCHARD, TABLE, Orchard, stump
from tests.analysis.explainers.test_shapley import values

FACTS: dict[str, Any] = json.loads((Path(__file__).parent / "reference" / "attributions.json").read_text())
CORRELATED = Orchard(
    (
        GrownTree(
            features=np.array([0, -1, 1, -1, -1]),
            thresholds=np.array([0.5, 0.0, 0.5, 0.0, 0.0]),
            left=np.array([1, -1, 3, -1, -1]),
            right=np.array([2, -1, 4, -1, -1]),
            values=np.array([[22.5], [10.0], [35.0], [20.0], [40.0]]),
            covers=np.array([8.0, 4.0, 4.0, 1.0, 3.0]),
        ),
    )
)


@pytest.mark.parametrize(
    ("value_function", "key"), [("interventional", "phi_interventional"), ("path_dependent", "phi_tree_path_dependent")]
)
def test_the_two_value_functions_differ_where_features_go_together(value_function: str, key: str) -> None:
    """X03."""
    fact = FACTS["X03"]
    background = Background(np.array(fact["given"]["training_rows_and_background"], dtype=float))
    found = TreeShap(value_function).fit(CORRELATED, background, seed=1)(np.array([1.0, 1.0]), None)

    assert isinstance(found.body, Attribution)
    assert values(found) == pytest.approx(fact["expect"][key], abs=1e-9)
    assert found.body.base == pytest.approx(22.5, abs=1e-9)
    assert found.value_function == value_function


def test_it_rounds_as_the_model_does() -> None:
    """X15: 0.3000000059604645 is 0.30000001192… as float32, and so on the right of 0.3."""
    fact = FACTS["X15"]
    model = Orchard((stump(0, 0.3, (1.0, 2.0), (1, 1)),))
    found = TreeShap().fit(model, Background(np.array(fact["given"]["background"])), seed=1)(
        np.array(fact["given"]["x"]), None
    )

    assert isinstance(found.body, Attribution)
    assert values(found).tolist() == fact["expect"]["phi"]
    assert found.prediction is not None
    assert (found.prediction.value, found.body.base) == (2.0, 2.0)


def test_a_sum_of_trees_is_as_counting_all_coalitions() -> None:
    for row in TABLE.rows[:5]:
        exact = ExactShapley().fit(ORCHARD, TABLE, seed=1)(row, None)
        assert values(TreeShap().fit(ORCHARD, TABLE, seed=1)(row, None)) == pytest.approx(values(exact), abs=1e-9)


def test_the_shares_of_a_product_are_its_shapley_values() -> None:
    rng = np.random.default_rng(7)
    known, unknown = rng.random(5).round(), rng.random(5)
    worth = [np.prod([known[i] if c >> i & 1 else unknown[i] for i in range(5)]) for c in range(32)]

    assert product_shares(known, unknown) == pytest.approx(shapley_values(np.array(worth)), abs=1e-12)


def test_a_feature_that_is_asked_for_twice_on_the_way_is_one_player() -> None:
    twice = Orchard(
        (
            GrownTree(
                features=np.array([0, -1, 0, -1, -1]),
                thresholds=np.array([0.0, 0.0, 1.0, 0.0, 0.0]),
                left=np.array([1, -1, 3, -1, -1]),
                right=np.array([2, -1, 4, -1, -1]),
                values=np.array([[0.0], [1.0], [0.0], [5.0], [9.0]]),
                covers=np.array([4.0, 2.0, 2.0, 1.0, 1.0]),
            ),
        )
    )
    background = Background(np.array([[-1.0], [0.5], [2.0]]))

    for value_function, base in (("interventional", 5.0), ("path_dependent", 4.0)):
        found = TreeShap(value_function).fit(twice, background, seed=1)(np.array([0.5]), None)
        assert values(found) == pytest.approx([5.0 - base], abs=1e-12)


def test_a_tree_that_asks_nothing_gives_nobody_anything() -> None:
    leaf = GrownTree(
        np.array([-1]),
        np.array([0.0]),
        np.array([-1]),
        np.array([-1]),
        values=np.array([[3.0]]),
        covers=np.array([5.0]),
    )
    for value_function in ("interventional", "path_dependent"):
        found = TreeShap(value_function).fit(Orchard((leaf,)), TABLE, seed=1)(TABLE.rows[0], None)
        assert values(found).tolist() == [0.0, 0.0, 0.0]
