"""Models of runs as explainers take them: what is read off them is what they compute."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis.explainers.adapting import Trained, adapted
from analysis.explainers.attribution.exact import ExactShapley
from analysis.explainers.attribution.trees import TreeShap
from analysis.explainers.bodies import Attribution
from analysis.explainers.subjects import Background, Capability, Modality, Task
from analysis.learning.data.dataset import Origin
from analysis.learning.data.encoding import Columns, Kept, OneHot, Scaled, Standardised, Step
from analysis.learning.data.features import Feature, FeatureKind
from analysis.learning.estimators.catalogue import estimator_class
from analysis.learning.estimators.scoring import scores_of
from analysis.learning.inference import Predictor, TrainedNetwork
from analysis.learning.models.network import Network
from analysis.learning.models.targets import Aim, Classes, Numbers
from tests.analysis.explainers.test_shapley import values

RNG = np.random.default_rng(11)
ROWS = RNG.normal(size=(80, 4)) * [1.0, 5.0, 0.2, 1.0] + [0.0, 10.0, 0.0, -1.0]
NUMBER = ROWS[:, 0] * 2 - ROWS[:, 1] * ROWS[:, 2] + RNG.normal(size=80) * 0.1
TWO = (np.median(NUMBER) < NUMBER).astype(int)
THREE = np.digitize(NUMBER, np.quantile(NUMBER, (0.33, 0.66)))
STANDARDISED = Columns(tuple(Standardised(c, float(ROWS[:, c].mean()), float(ROWS[:, c].std())) for c in (2, 0, 1)))
LINEAR = [("Ridge", NUMBER), ("LogisticRegression", TWO), ("LogisticRegression", THREE), ("LinearSVC", TWO)]
TREES: list[tuple[str, dict[str, Any], Any]] = [
    ("DecisionTreeRegressor", {"max_depth": 4}, NUMBER),
    ("DecisionTreeClassifier", {"max_depth": 4}, THREE),
    ("RandomForestClassifier", {"n_estimators": 4, "max_depth": 4}, TWO),
    ("ExtraTreesRegressor", {"n_estimators": 4, "max_depth": 4}, NUMBER),
    ("BaggingRegressor", {"n_estimators": 3, "max_features": 0.5}, NUMBER),
    ("GradientBoostingRegressor", {"n_estimators": 4}, NUMBER),
    ("GradientBoostingClassifier", {"n_estimators": 3}, THREE),
    ("HistGradientBoostingRegressor", {"max_iter": 3, "min_samples_leaf": 5}, NUMBER),
    ("HistGradientBoostingClassifier", {"max_iter": 3, "min_samples_leaf": 5}, TWO),
]


def trained(name: str, targets: Any, *before: Step, **parameters: Any) -> Trained:
    rows = ROWS
    for step in before:
        rows = step.apply(rows)
    keys = {"random_state": 0} if name not in ("Ridge", "LinearSVC") else {}
    estimator = estimator_class(name)(**keys, **parameters).fit(rows, targets)
    aim: Aim = Numbers() if targets.dtype.kind == "f" else Classes(tuple(np.unique(targets).tolist()))
    return model_of(estimator, aim, before, lambda samples: scores_of(estimator, samples, aim))


def model_of(model: Any, aim: Aim, before: tuple[Step, ...], scored: Any, width: int = 4) -> Trained:
    return adapted(Predictor(before, model, aim, scored, origin=Origin((width,))), digest="4" * 64)


def scores(model: Trained, rows: Any) -> Any:
    """What the inside of a linear model says of rows."""
    weights, intercepts = model.coefficients()
    return rows @ weights.T + intercepts


@pytest.mark.parametrize(("name", "targets"), LINEAR)
@pytest.mark.parametrize("before", [(), (Scaled(4.0, 1.0),), (STANDARDISED,)])
def test_coefficients_are_in_the_scale_of_the_samples(name: str, targets: Any, before: tuple[Step, ...]) -> None:
    model = trained(name, targets, *before)
    inner = scores(model, ROWS[:9])
    said = model.outputs(ROWS[:9])

    if model.task is Task.REGRESSION:
        assert inner == pytest.approx(said, abs=1e-9)
    elif name == "LinearSVC":
        assert inner[:, 0] == pytest.approx(said[:, 1], abs=1e-9)
        assert Capability.PROBABILITIES not in model.capabilities
    elif model.task is Task.BINARY:
        assert inner[:, 0] == pytest.approx(np.log(said[:, 1] / said[:, 0]), abs=1e-6)
    else:
        assert inner - inner[:, :1] == pytest.approx(np.log(said / said[:, :1]), abs=1e-6)


def test_a_row_of_estimators_is_looked_through() -> None:
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    row = make_pipeline(StandardScaler(), Ridge()).fit(ROWS, NUMBER)
    bent = make_pipeline(PolynomialFeatures(2), Ridge()).fit(ROWS, NUMBER)
    through, not_through = (
        model_of(each, Numbers(), (), lambda x, each=each: scores_of(each, x, Numbers())) for each in (row, bent)
    )

    assert scores(through, ROWS) == pytest.approx(through.outputs(ROWS), abs=1e-9)
    assert not_through.capabilities == frozenset()
    with pytest.raises(LookupError, match="offers no coefficients"):
        not_through.coefficients()


@pytest.mark.parametrize(("name", "parameters", "targets"), TREES)
def test_trees_add_up_to_what_the_model_sums_up(name: str, parameters: dict[str, Any], targets: Any) -> None:
    model = trained(name, targets, **parameters)
    for value_function in ("interventional", "path_dependent"):
        explain = TreeShap(value_function).fit(model, Background(ROWS[:10]), seed=1)
        for row in ROWS[20:23]:
            found = explain(row, None)
            assert isinstance(found.body, Attribution)
            assert found.body.base is not None
            total = found.body.base + values(found).sum()
            assert found.prediction is not None
            if model.task is Task.REGRESSION or "Boosting" not in name:
                assert found.body.is_additive
                assert total == pytest.approx(found.prediction.value, abs=1e-9)
            else:
                assert found.warnings
            if model.task is Task.BINARY and "Boosting" in name:
                assert 1 / (1 + np.exp(-total)) == pytest.approx(found.prediction.value, abs=1e-9)


@pytest.mark.parametrize(("name", "parameters", "targets"), [TREES[0], TREES[2], TREES[4], TREES[7]])
def test_tree_shap_of_a_fitted_model_is_as_counting_all_coalitions(name: str, parameters: Any, targets: Any) -> None:
    model, background = trained(name, targets, **parameters), Background(ROWS[:10])
    for row in ROWS[20:23]:
        exact, fast = (each.fit(model, background, seed=1)(row, None) for each in (ExactShapley(), TreeShap()))
        assert values(fast) == pytest.approx(values(exact), abs=1e-9)


def test_tree_shap_rounds_as_scikit_learn_does() -> None:
    """X15, the property: on the diabetes data, with ten features, background the first 50 rows."""
    from sklearn.datasets import load_diabetes
    from sklearn.tree import DecisionTreeRegressor

    rows, targets = load_diabetes(return_X_y=True)
    tree = DecisionTreeRegressor(max_depth=5, random_state=0).fit(rows, targets)
    model = model_of(tree, Numbers(), (), lambda x: scores_of(tree, x, Numbers()), width=10)
    exact, fast = (each.fit(model, Background(rows[:50]), seed=1) for each in (ExactShapley(), TreeShap()))

    for row in rows[100:103]:
        assert values(fast(row, None)) == pytest.approx(values(exact(row, None)), abs=1e-9)


def test_thresholds_are_in_the_scale_of_the_samples() -> None:
    model, background = trained("DecisionTreeRegressor", NUMBER, STANDARDISED, max_depth=4), Background(ROWS[:10])
    for row in ROWS[20:25]:
        exact, fast = (each.fit(model, background, seed=1)(row, None) for each in (ExactShapley(), TreeShap()))
        assert values(fast) == pytest.approx(values(exact), abs=1e-9)


@pytest.mark.parametrize(
    ("name", "targets"), [("MLPClassifier", TWO), ("MLPRegressor", NUMBER), ("LogisticRegression", THREE)]
)
def test_gradients_are_those_of_the_outputs(name: str, targets: Any) -> None:
    few = {"max_iter": 8, "hidden_layer_sizes": (5,), "activation": "tanh", "solver": "lbfgs"} if "MLP" in name else {}
    with np.errstate(all="ignore"):
        model = _quietly(lambda: trained(name, targets, STANDARDISED, **few))

    _assert_gradients(model)


def test_our_own_network_has_gradients_and_coefficients_without_hidden_layers() -> None:
    aim = Classes(("no", "yes"))
    for hidden in ((), (6,)):
        network = Network(hidden, "tanh")
        weights = network.initial(4, 2, np.random.default_rng(1))
        model = model_of(
            TrainedNetwork(network, weights), aim, (), lambda x, n=network, w=weights: aim.scores(n.outputs(w, x))
        )
        _assert_gradients(model)
        assert (Capability.COEFFICIENTS in model.capabilities) == (hidden == ())
        if not hidden:
            said = model.outputs(ROWS)
            assert scores(model, ROWS)[:, 0] == pytest.approx(np.log(said[:, 1] / said[:, 0]), abs=1e-6)


def test_categories_are_spelt_as_the_model_learnt_them() -> None:
    feature = Feature(name="city", kind=FeatureKind.CATEGORY, categories=("Bonn", "Ulm"))
    step = Columns((OneHot(0, ("Bonn", "Ulm")), Kept(1)))
    predictor = Predictor((step,), object(), Numbers(), lambda x: x @ [[1.0], [10.0], [100.0]], origin=Origin((2,)))
    model = adapted(predictor, digest="5" * 64, features=(feature, Feature(name="age")))

    assert model.outputs(np.array([[0.0, 2.0], [1.0, 3.0]])).tolist() == [[201.0], [310.0]]
    assert model.capabilities == frozenset()


def test_texts_and_images_are_told_by_their_shape() -> None:
    def shaped(*shape: int) -> Modality:
        return adapted(Predictor((), object(), Numbers(), lambda x: x, origin=Origin(shape)), digest="6" * 64).modality

    assert (shaped(), shaped(3), shaped(4, 4)) == (Modality.TEXT, Modality.TABULAR, Modality.IMAGE)


def test_what_does_not_fit_is_refused() -> None:
    predictor = Predictor((), object(), Numbers(2), lambda x: x, origin=Origin((3,)))

    with pytest.raises(ValueError, match="2 numbers at once"):
        adapted(predictor, digest="7" * 64)
    with pytest.raises(ValueError, match="there are 1 features"):
        adapted(predictor, digest="7" * 64, features=(Feature(name="age"),))


def _quietly(made: Any) -> Any:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return made()


def _assert_gradients(model: Trained) -> None:
    step, rows = 1e-6, ROWS[:4]
    for target in range(max(1, len(model.labels))):
        slopes = model.gradients(rows, target)
        for column in range(4):
            moved = step * np.eye(4)[column]
            up, down = model.outputs(rows + moved), model.outputs(rows - moved)
            assert slopes[:, column] == pytest.approx((up - down)[:, target] / (2 * step), rel=1e-4, abs=1e-6)
