"""Every model of safety keeps the promises of its kind. A new one joins by standing in MODELS, without a test here."""

from __future__ import annotations

from importlib.util import find_spec

import jsonschema
import numpy as np
import pytest

from analysis.safety.models import MODELS, Family
from analysis.safety.terms import Array, Model, Regime, Samples

CLASSES = {Regime.REGRESSION: 0, Regime.BINARY: 2, Regime.MULTICLASS: 3}
HERE = [name for name in MODELS.members if name != "torch" or find_spec("torch")]  # `make torch-tests` has all
ALL = [(name, regime) for name in HERE for regime in sorted(MODELS.members[name].regimes)]


def rows(regime: Regime, n: int = 120) -> Samples:
    rng = np.random.default_rng(18)
    features = rng.normal(size=(n, 3)) * (1.0, 10.0, 0.1) + (0.0, 5.0, 0.0)
    hidden = features[:, 0] + 0.1 * (features[:, 1] - 5) + rng.normal(scale=0.5, size=n)
    coded = {Regime.REGRESSION: hidden, Regime.BINARY: hidden > 0, Regime.MULTICLASS: np.digitize(hidden, (-0.5, 0.5))}
    return Samples(features, np.asarray(coded[regime], dtype=np.float64), {}, ("age", "income", "debt"))


@pytest.fixture(params=ALL, ids=lambda pair: f"{pair[0]}-{pair[1]}")
def case(request: pytest.FixtureRequest) -> tuple[Family, Regime]:
    name, regime = request.param
    family = MODELS.members[name]
    example = dict(family.example)
    if name == "scikit_learn":
        example = {"type": name, "estimator": f"RandomForest{'Classifier' if CLASSES[regime] else 'Regressor'}",
                   "arguments": {"n_estimators": 5}, "folds": 2}  # fmt: skip
    return MODELS.parse(example), regime


def shaped(case: tuple[Family, Regime], samples: Samples) -> tuple[Model, Array]:
    family, regime = case
    model = family.shaped(samples, classes=CLASSES[regime], rng=np.random.default_rng(1))
    return model, model.start(samples, classes=CLASSES[regime], rng=np.random.default_rng(2))


def moved(theta: Array) -> Array:
    return theta + 0.1 * np.random.default_rng(3).normal(size=theta.shape)


def test_its_example_fits_its_schema(case: tuple[Family, Regime]) -> None:
    schema = MODELS.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(type(case[0]).example, schema)


def test_outputs_are_probabilities_or_finite_numbers(case: tuple[Family, Regime]) -> None:
    samples, classes = rows(case[1]), CLASSES[case[1]]
    model, theta = shaped(case, samples)
    outputs = model.over(samples.features, classes=classes).outputs(moved(theta))

    assert outputs.shape == ((len(samples.labels), classes) if classes > 2 else (len(samples.labels),))
    assert np.isfinite(outputs).all()
    if classes:
        assert outputs.min() >= 0
        assert outputs.max() <= 1
    if classes > 2:
        np.testing.assert_allclose(outputs.sum(axis=1), 1)


def test_its_derivative_is_that_of_its_outputs(case: tuple[Family, Regime]) -> None:
    samples, classes = rows(case[1]), CLASSES[case[1]]
    model, theta = shaped(case, samples)
    fitted = model.over(samples.features, classes=classes)
    theta = moved(theta)
    assert theta.shape == (fitted.size,)
    outputs = fitted.outputs(theta)
    weights = np.random.default_rng(4).normal(size=outputs.shape)
    found = fitted.pull(theta, outputs, weights)
    asked = np.random.default_rng(5).permutation(fitted.size)[:20]
    steps = [1e-6 * np.eye(fitted.size)[place] for place in asked]
    numeric = [
        float((weights * (fitted.outputs(theta + step) - fitted.outputs(theta - step))).sum()) / 2e-6 for step in steps
    ]

    np.testing.assert_allclose(found[asked], numeric, rtol=1e-4, atol=1e-5)


def test_what_it_says_of_a_row_does_not_depend_on_the_other_rows(case: tuple[Family, Regime]) -> None:
    """The safety test is about the model that will be served, one row at a time."""
    samples, classes = rows(case[1]), CLASSES[case[1]]
    model, theta = shaped(case, samples)
    whole = model.over(samples.features, classes=classes).outputs(theta)
    some = np.arange(0, len(whole), 7)

    np.testing.assert_allclose(
        model.over(samples.features[some], classes=classes).outputs(theta), whole[some], rtol=1e-9
    )


def test_the_same_rows_and_chance_give_the_same_model(case: tuple[Family, Regime]) -> None:
    samples, classes = rows(case[1]), CLASSES[case[1]]
    (one, theta), (two, again) = shaped(case, samples), shaped(case, samples)

    np.testing.assert_array_equal(theta, again)
    np.testing.assert_array_equal(
        one.over(samples.features, classes=classes).outputs(theta),
        two.over(samples.features, classes=classes).outputs(again),
    )


def test_its_start_predicts_better_than_a_constant(case: tuple[Family, Regime]) -> None:
    samples, classes = rows(case[1]), CLASSES[case[1]]
    model, theta = shaped(case, samples)
    outputs = model.while_searching(samples.features, classes=classes).outputs(theta)
    if classes == 0:
        assert np.mean((outputs - samples.labels) ** 2) < 0.8 * samples.labels.var()
        return
    decided = outputs.argmax(axis=1) if classes > 2 else outputs >= 0.5
    most = np.unique(samples.labels, return_counts=True)[1].max() / len(samples.labels)
    assert np.mean(decided == samples.labels) > most


@pytest.mark.parametrize("case", [pair for pair in ALL if pair[1] is Regime.MULTICLASS], indirect=True, ids=str)
def test_a_class_that_the_candidate_rows_lack_is_no_error(case: tuple[Family, Regime]) -> None:
    samples = rows(case[1])
    held = samples.labels < 2
    some = Samples(samples.features[held], samples.labels[held], {}, samples.names)
    model, theta = shaped(case, some)

    outputs = model.over(samples.features, classes=3).outputs(theta)
    assert outputs.shape == (len(samples.labels), 3)
    assert np.isfinite(outputs).all()
