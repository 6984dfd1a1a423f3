"""Figures of counterfactuals that one can work by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analysis.explainers import EXPLAINERS
from analysis.explainers.bodies import Counterfactuals
from analysis.explainers.counterfactual.diverse import diverse
from analysis.explainers.counterfactual.estimated import central, evolved
from analysis.explainers.counterfactual.leaves import sides
from analysis.explainers.counterfactual.linear import least_change
from analysis.explainers.subjects import Background, Reals, Task
from analysis.learning.data.features import Feature
from tests.analysis.explainers.subjects import Linear
from tests.analysis.explainers.trees import LEAF, Grove, grown, routed

ESTIMATES = json.loads((Path(__file__).parent.parent / "reference" / "gradient_estimates.json").read_text())
TREE = grown([(0, 0.5, 1, 2, 0), (LEAF, 0, 0, 0, 10), (1, 0.5, 3, 4, 0), (LEAF, 0, 0, 0, 20), (LEAF, 0, 0, 0, 40)])
SQUARE = Background(np.random.default_rng(1).random((40, 2)), (Feature(name="a"), Feature(name="b")))


@pytest.mark.parametrize(
    ("norm", "scale", "caps", "moves"),
    [
        ("l2", [1, 1], [np.inf, np.inf], [0.6, 0.8]),  # along (3, 4), 5 / 25 of it
        ("l1", [1, 1], [np.inf, np.inf], [0, 1.25]),  # the steepest alone
        ("l2", [1, 0.5], [np.inf, np.inf], [15 / 13, 5 / 13]),  # 3 : 4 / 4 of 5 / (9 + 4)
        ("l1", [1, 0.5], [np.inf, np.inf], [5 / 3, 0]),  # 3 for 1, 4 for 2
        ("l2", [1, 1], [np.inf, 0.5], [1, 0.5]),  # the cap takes 2 of the 5
        ("l1", [1, 1], [np.inf, 0.5], [1, 0.5]),
    ],
)
def test_the_least_change_of_a_linear_score(
    norm: str, scale: list[float], caps: list[float], moves: list[float]
) -> None:
    found = least_change(np.array([3.0, 4.0]), 5.0, np.array(caps), np.array(scale), norm)

    assert found is not None
    assert found == pytest.approx(moves)


def test_a_change_that_caps_forbid_is_none() -> None:
    assert least_change(np.array([3.0, 0.0]), 5.0, np.array([1.0, np.inf]), np.ones(2), "l2") is None


def test_a_logistic_model_is_taken_to_the_border_and_just_across() -> None:
    """3 a + 4 b - 5 from (0, 0): the border is 1 away, at (0.6, 0.8); both columns have the scale 1."""
    model = Linear(weights=(3.0, 4.0), intercept=-5.0, task=Task.BINARY)
    background = Background(np.array([[-1.0, -1], [0, 0], [1, 1]]), SQUARE.features)
    explainer = EXPLAINERS.parse({"type": "linear_counterfactuals", "norm": "l2", "count": 1, "digits": 9})

    body = explainer.fit(model, background, seed=0)(np.zeros(2), None).body

    assert isinstance(body, Counterfactuals)
    assert body.found[0].values == pytest.approx((0.6, 0.8), abs=1e-6)
    assert body.found[0].label == "yes"
    assert body.found[0].prediction == pytest.approx(0.5, abs=1e-6)
    assert body.found[0].distance == pytest.approx(1, abs=1e-6)


def test_central_differences_are_exact_for_quadratics_at_any_h() -> None:
    def quadratic(rows: Reals) -> Reals:
        return np.asarray(rows[:, :1] ** 2 + 3 * rows[:, :1] * rows[:, 1:])

    slopes = central(quadratic, np.array([ESTIMATES["x"]], dtype=float), np.array(ESTIMATES["h"]))

    assert slopes[0, :, 0] == pytest.approx(ESTIMATES["central"], abs=ESTIMATES["tol"])


def test_the_slope_of_a_tree_is_none() -> None:
    at = np.array([ESTIMATES["tree_at"]])

    assert not central(lambda rows: routed(TREE, rows), at, np.full(2, ESTIMATES["tree_h"])).any()


def test_where_the_slope_is_none_spheres_take_over_and_say_so() -> None:
    explainer = EXPLAINERS.parse({"type": "gradient_counterfactuals", "low": 20})

    explanation = explainer.fit(Grove((TREE,)), SQUARE, seed=0)(np.array(ESTIMATES["tree_at"]), None)

    assert any("slope is 0" in warning for warning in explanation.warnings)
    assert isinstance(explanation.body, Counterfactuals)
    assert explanation.body.found[0].changed == ("a",)
    assert explanation.body.found[0].prediction == 40


def test_evolution_strategies_estimate_the_slope() -> None:
    truth = np.linspace(-1, 1, 40)

    slopes = evolved(
        lambda rows: np.asarray(rows @ truth[:, np.newaxis]),
        np.zeros((1, 40)),
        np.linspace(0.1, 0.5, 40),
        np.random.default_rng(0),
        4000,
    )

    assert np.corrcoef(slopes[0, :, 0], truth)[0, 1] > 0.95


def test_a_tree_s_counterfactual_lies_just_beyond_its_threshold() -> None:
    explainer = EXPLAINERS.parse({"type": "tree_counterfactuals", "low": 20, "high": 30, "digits": 4})

    body = explainer.fit(Grove((TREE,)), SQUARE, seed=0)(np.array([0.2, 0.9]), None).body

    assert isinstance(body, Counterfactuals)
    assert [found.prediction for found in body.found] == [20]
    assert body.found[0].values == pytest.approx((0.5, 0.5), abs=1e-4)


def test_the_sides_of_a_threshold_are_those_that_single_precision_tells_apart() -> None:
    """0.3 in single precision is more than 0.3, and goes right."""
    left, right = sides(0.3, True, False)

    assert left < 0.3 < right == float(np.float32(0.3))
    assert np.nextafter(np.float32(left), np.float32(1)) == np.float32(right)
    assert sides(2.5, True, True) == (2, 3)
    assert sides(2.0, False, True) == (2, 3)


def test_the_nearest_is_chosen_first_and_then_what_is_unlike_it() -> None:
    places = np.array([1.0, 1.1, -3.0])

    assert diverse(np.abs(places), np.abs(places[:, np.newaxis] - places), 2) == [0, 2]


def test_a_row_that_repeats_another_is_not_chosen() -> None:
    places = np.array([1.0, 1.0])

    assert diverse(places, np.abs(places[:, np.newaxis] - places), 2) == [0]
