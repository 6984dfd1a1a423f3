"""Whatever the method: counterfactuals flip, are sparse, and ask nobody for what cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from analysis.explainers import EXPLAINERS, Explanation, NoExplanation
from analysis.explainers.bodies import Changed, Counterfactuals
from analysis.explainers.counterfactual.allowed import Allowed
from analysis.explainers.subjects import Background, Capability, GrownTree, Modality, Model, Reals, Task
from analysis.learning.components import ComponentError
from analysis.learning.data.features import Feature, FeatureKind
from tests.analysis.explainers.subjects import TABLE, Linear
from tests.analysis.explainers.trees import Grove, stump

RANDOM = np.random.default_rng(7)
CITIES = ("Aachen", "Bonn", "Celle")
LOAN = (
    Feature(name="income", low=0.0),
    Feature(name="age", is_fixed=True),
    Feature(name="children", kind=FeatureKind.WHOLE, low=0, high=9),
    Feature(name="owner", kind=FeatureKind.FLAG),
    Feature(name="city", kind=FeatureKind.CATEGORY, categories=CITIES),
    Feature(name="years", moves="up"),
)
PEOPLE = Background(
    np.column_stack(
        [
            RANDOM.uniform(0, 8, 80),
            RANDOM.uniform(18, 80, 80),
            RANDOM.integers(0, 6, 80),
            RANDOM.integers(0, 2, 80),
            RANDOM.integers(0, 3, 80),
            RANDOM.uniform(0, 20, 80),
        ]
    ),
    LOAN,
)
REFUSED = np.array([2.0, 44.0, 3.0, 0.0, 1.0, 4.0])
SCORE = Linear(weights=(0.5, 0.01, -0.4, 0.6, 0.3, 0.1), intercept=-3.0, task=Task.BINARY)
STUMPS = Grove(
    (
        stump(0, 4.1, -1, 1),
        stump(1, 30, 2, -1),
        stump(2, 1.5, 0.5, -0.5),
        stump(5, 9.3, -0.5, 0.7),
        stump(4, 1, 0, 0.2),
    ),
    Task.BINARY,
)
METHODS = ("linear", "gradient", "enumerated", "tree", "spheres")


def explained(method: str, **parameters: Any) -> tuple[Model, Explanation]:
    name = "growing_spheres" if method == "spheres" else f"{method}_counterfactuals"
    model: Model = STUMPS if method == "tree" else SCORE
    return model, EXPLAINERS.parse({"type": name, **parameters}).fit(model, PEOPLE, seed=5)(REFUSED, None)


@pytest.fixture(params=METHODS, scope="module")
def case(request: pytest.FixtureRequest) -> tuple[Model, Explanation]:
    return explained(request.param)


def found(explanation: Explanation) -> tuple[Changed, ...]:
    assert isinstance(explanation.body, Counterfactuals)
    return explanation.body.found


def rows(explanation: Explanation) -> Reals:
    """As the explanation shows them, in the model's numbers again."""
    return np.array(
        [[CITIES.index(v) if isinstance(v, str) else float(v) for v in each.values] for each in found(explanation)]
    )


def test_as_shown_each_flips_the_prediction(case: tuple[Model, Explanation]) -> None:
    model, explanation = case

    assert len(found(explanation))
    assert model.outputs(REFUSED[np.newaxis]).argmax() == 0
    assert (model.outputs(rows(explanation)).argmax(axis=1) == 1).all()
    assert model.outputs(rows(explanation))[:, 1] == pytest.approx([each.prediction for each in found(explanation)])


def test_nothing_is_asked_that_cannot_be(case: tuple[Model, Explanation]) -> None:
    asked = rows(case[1])

    assert (asked[:, 1] == REFUSED[1]).all()
    assert (asked[:, 5] >= REFUSED[5]).all()
    assert (asked[:, 2:5] == np.rint(asked[:, 2:5])).all()
    low, high = PEOPLE.rows.min(axis=0), PEOPLE.rows.max(axis=0)
    assert ((asked >= low) & (asked <= high)).all()


def test_what_changed_is_named_and_no_change_is_idle(case: tuple[Model, Explanation]) -> None:
    model, explanation = case
    for row, each in zip(rows(explanation), found(explanation), strict=True):
        places = np.flatnonzero(row != REFUSED)
        assert each.changed == tuple(LOAN[place].name for place in places)
        for place in places:
            back = row.copy()
            back[place] = REFUSED[place]
            assert model.outputs(back[np.newaxis]).argmax() == 0


def test_the_nearest_comes_first(case: tuple[Model, Explanation]) -> None:
    distances = [each.distance for each in found(case[1])]

    assert distances == sorted(distances)


def test_no_random_row_is_much_nearer_than_the_closed_form() -> None:
    allowed = Allowed.of(PEOPLE, REFUSED)
    drawn = allowed.nearest(REFUSED + RANDOM.normal(size=(20_000, 6)) * allowed.scale * RANDOM.random((20_000, 1)) * 3)
    flips = drawn[SCORE.outputs(drawn).argmax(axis=1) == 1]

    assert found(explained("linear")[1])[0].distance <= allowed.distances(flips).min() + 0.01


def test_the_same_model_asked_only_is_nearly_as_near() -> None:
    exact = found(explained("linear")[1])[0].distance

    assert found(explained("spheres")[1])[0].distance <= 1.6 * exact
    assert found(explained("gradient")[1])[0].distance <= 1.6 * exact


def test_estimated_slopes_serve_as_the_model_s_own() -> None:
    own, estimated = (found(explained("gradient", slope=slope, steps=80)[1])[0] for slope in ("auto", "estimated"))

    assert estimated.distance == pytest.approx(own.distance, rel=0.05)


def test_enumeration_changes_the_fewest_features() -> None:
    """One is enough: a large income."""
    assert all(len(each.changed) == 1 for each in found(explained("enumerated")[1]))


@pytest.mark.parametrize("method", METHODS)
def test_none_found_is_a_result(method: str) -> None:
    name = "growing_spheres" if method == "spheres" else f"{method}_counterfactuals"
    stuck = Background(PEOPLE.rows, tuple(_fixed(feature) for feature in LOAN))

    explanation = EXPLAINERS.parse(name).fit(STUMPS if method == "tree" else SCORE, stuck, seed=5)(REFUSED, None)

    assert found(explanation) == ()
    assert any("No row" in warning for warning in explanation.warnings)


def _fixed(feature: Feature) -> Feature:
    return Feature(name=feature.name, kind=feature.kind, categories=feature.categories, is_fixed=True)


@pytest.mark.parametrize("name", ["linear_counterfactuals", "growing_spheres", "gradient_counterfactuals"])
def test_a_number_is_brought_into_the_interval(name: str) -> None:
    middle = np.zeros(3)

    explanation = EXPLAINERS.parse({"type": name, "low": 3, "high": 3.5}).fit(Linear(), TABLE, seed=1)(middle, None)

    assert isinstance(explanation.body, Counterfactuals)
    assert explanation.body.wanted == "between 3 and 3.5"
    assert all(3 <= each.prediction <= 3.5 for each in explanation.body.found)
    assert len(explanation.body.found)


def test_what_is_so_already_needs_no_change() -> None:
    explanation = EXPLAINERS.parse({"type": "growing_spheres", "low": 0}).fit(Linear(), TABLE, seed=1)(
        np.zeros(3), None
    )

    assert found(explanation) == ()
    assert any("already" in warning for warning in explanation.warnings)


def test_a_probability_that_is_asked_for_is_reached() -> None:
    assert all(each.prediction >= 0.8 for each in found(explained("linear", sure=0.8)[1]))
    assert all(each.prediction >= 0.8 for each in found(explained("spheres", sure=0.8)[1]))


def test_a_low_above_the_high_is_refused() -> None:
    with pytest.raises(ComponentError, match="low must be at most high"):
        EXPLAINERS.parse({"type": "growing_spheres", "low": 2, "high": 1})


def test_a_model_that_is_not_its_coefficients_has_no_closed_form() -> None:
    @dataclass(frozen=True)
    class Squared(Linear):
        def outputs(self, samples: Reals | tuple[str, ...]) -> Reals:
            return np.asarray(super().outputs(samples) ** 2)

    with pytest.raises(NoExplanation, match="neither linear nor logistic"):
        EXPLAINERS.parse("linear_counterfactuals").fit(Squared(), TABLE, seed=1)(np.ones(3), None)


@dataclass(frozen=True)
class Thirds:
    """Three classes by the sign and the size of the first column."""

    labels: tuple[str, ...] = ("low", "middle", "high")
    modality: Modality = Modality.TABULAR
    task: Task = Task.MULTICLASS
    digest: str = "2" * 64
    capabilities: frozenset[Capability] = frozenset({Capability.PROBABILITIES})

    def outputs(self, samples: Reals | tuple[str, ...]) -> Reals:
        scores = np.asarray(samples, dtype=float)[:, :1] * np.array([-3.0, 0.0, 3.0]) + np.array([0.0, 1.0, 0.0])
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("name", ["growing_spheres", "gradient_counterfactuals"])
def test_the_class_that_is_asked_for_is_the_one_that_is_found(name: str) -> None:
    explain = EXPLAINERS.parse({"type": name, "count": 1}).fit(Thirds(), TABLE, seed=1)

    for target, label in ((0, "low"), (2, "high")):
        only = found(explain(np.zeros(3), target))
        assert [each.label for each in only] == [label]
        assert only[0].changed == ("rooms",)


def test_a_tree_of_scikit_learn_flips_as_it_predicts() -> None:
    """Values just beyond a threshold are compared in single precision there."""
    from sklearn.tree import DecisionTreeClassifier

    targets = (TABLE.rows[:, 0] * TABLE.rows[:, 1] > 0).astype(int)
    tree = DecisionTreeClassifier(max_depth=4, random_state=0).fit(TABLE.rows, targets).tree_
    grown = GrownTree(
        tree.feature,
        tree.threshold,
        tree.children_left,
        tree.children_right,
        tree.value[:, 0] - 0.5,
        tree.n_node_samples,
    )
    yes = GrownTree(grown.features, grown.thresholds, grown.left, grown.right, grown.values[:, 1:], grown.covers)
    explain = EXPLAINERS.parse({"type": "tree_counterfactuals", "digits": 12}).fit(
        Grove((yes,), Task.BINARY), TABLE, seed=0
    )

    for sample in TABLE.rows[:10]:
        shown = np.array([each.values for each in found(explain(sample, None))], dtype=float)
        before, after = (tree.predict(rows.astype(np.float32))[:, 1] > 0.5 for rows in (sample[np.newaxis], shown))
        assert (after != before[0]).all()
