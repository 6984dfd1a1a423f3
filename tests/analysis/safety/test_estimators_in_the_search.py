"""Scikit-learn under constraints: the search hears what strangers would hear, the test what is served."""

import numpy as np
import pytest

from analysis.learning.components import ComponentError
from analysis.safety.models import MODELS
from analysis.safety.models.estimators import FittedEstimator
from analysis.safety.terms import Samples

FOREST = {"type": "scikit_learn", "estimator": "RandomForestClassifier", "arguments": {"n_estimators": 20}}


def noise(n: int = 200) -> Samples:
    """Labels that no feature tells anything of."""
    rng = np.random.default_rng(18)
    return Samples(rng.normal(size=(n, 3)), rng.integers(0, 2, n).astype(np.float64), {}, ("age", "sex=Male", "debt"))


def shaped(samples: Samples, **more: object) -> FittedEstimator:
    model = MODELS.parse({**FOREST, **more}).shaped(samples, classes=2, rng=np.random.default_rng(1))  # type: ignore[dict-item]  # plain JSON
    assert isinstance(model, FittedEstimator)
    return model


def test_the_search_hears_what_would_be_said_of_a_stranger() -> None:
    samples = noise()
    model = shaped(samples)
    theta = model.start(samples, classes=2, rng=np.random.default_rng(2))
    order = np.random.default_rng(3).permutation(len(samples.labels))
    right = [
        np.mean((fitted.outputs(theta) > 0.5) == samples.labels[order])
        for fitted in (
            model.over(samples.features[order], classes=2),
            model.while_searching(samples.features[order], classes=2),
        )
    ]

    assert right[0] > 0.95
    assert right[1] < 0.65


def test_columns_beside_the_score_move_it() -> None:
    samples = noise()
    model = shaped(samples, by=["sex"])
    theta = np.array([0.0, 1.0, 5.0])
    before = model.over(samples.features, classes=2).outputs(
        model.start(samples, classes=2, rng=np.random.default_rng())
    )
    after = model.over(samples.features, classes=2).outputs(theta)

    assert model.by == (1,)
    np.testing.assert_array_equal(after > before, samples.features[:, 1] > 0)


def test_a_fixed_estimator_has_no_parameters() -> None:
    samples = noise()
    model = shaped(samples, adjust="fixed")
    fitted = model.over(samples.features, classes=2)

    assert fitted.size == 0
    np.testing.assert_array_equal(fitted.outputs(np.zeros(0)), model.estimator.predict_proba(samples.features)[:, 1])


def test_a_regressor_is_refused_where_classes_are_predicted() -> None:
    with pytest.raises(ValueError, match="LinearRegression is no classifier"):
        shaped(noise(), estimator="LinearRegression", arguments={})


def test_a_column_that_is_no_feature_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="“sx” is no feature"):
        shaped(noise(), by=["sx"])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"estimator": "RandomForrest"}, "Scikit-learn has no estimator “RandomForrest”"),
        ({"arguments": {"trees": 3}}, "RandomForestClassifier has no parameter “trees”"),
        ({"adjust": "moved"}, "“moved” cannot stand here"),
    ],
)
def test_what_scikit_learn_does_not_know_is_refused_before_anything_is_fitted(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        MODELS.parse({**FOREST, **wrong})  # type: ignore[dict-item]  # plain JSON
