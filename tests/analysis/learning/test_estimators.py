"""Scikit-learn's estimators: named, checked, fitted, kept without pickles."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.utils import all_estimators

from analysis.learning.estimators.catalogue import PLACES, estimator_class
from analysis.learning.estimators.keeping import NotKeepable, restored, written
from analysis.learning.estimators.wanted import InARow, Wanted, faults
from experiments.types import Json

SAMPLES, TARGETS = load_iris(return_X_y=True)


def test_the_catalogue_holds_every_estimator_that_scikit_learn_has() -> None:
    assert {name for name, _ in all_estimators()} <= PLACES.keys()
    assert [name for name in PLACES if estimator_class(name).__name__ != name] == []


@pytest.mark.parametrize(
    ("name", "parameters", "path", "sentence"),
    [
        ("SVCC", {}, ("name",), "Scikit-learn has no estimator “SVCC”."),
        ("os.system", {}, ("name",), "Scikit-learn has no estimator “os.system”."),
        ("SVC", {"gama": 1}, ("parameters", "gama"), "SVC has no parameter “gama”."),
        ("SVC", {"C": -1}, ("parameters", "C"), "The 'C' parameter of SVC must be a float"),
        ("SVC", {"C": {"sweep": [1, -1]}}, ("parameters", "C", "sweep", 1), "The 'C' parameter of SVC"),
        ("CountVectorizer", {"input": "filename"}, ("parameters", "input"), "Texts are taken from the data"),
        ("FeatureUnion", {"verbose": True}, ("parameters", "verbose"), "The parameter “verbose” is not taken here."),
        (
            "BaggingClassifier",
            {"estimator": {"estimator": "SVC", "parameters": {"kernel": "cubic"}}},
            ("parameters", "estimator", "parameters", "kernel"),
            "The 'kernel' parameter of SVC",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_path(
    name: str, parameters: Mapping[str, Json], path: tuple[str | int, ...], sentence: str
) -> None:
    [(where, said, hint)] = list(faults(name, parameters))

    assert (where, said[: len(sentence)]) == (path, sentence)
    assert hint


def test_estimators_stand_inside_of_others() -> None:
    scaled: Json = ["scaled", {"estimator": "StandardScaler"}, [0, 1]]
    other: Json = ["others", "passthrough", [2, 3]]
    row = InARow(
        [("columns", Wanted("ColumnTransformer", {"transformers": [scaled, other]})), ("svm", Wanted("SVC", {"C": 3}))]
    )

    made = row.built(seed=1).fit(SAMPLES, TARGETS)

    assert made.named_steps["columns"].transformers_[0][0] == "scaled"
    assert made.score(SAMPLES, TARGETS) > 0.9


def test_lists_become_the_tuples_that_an_estimator_takes() -> None:
    assert list(faults("MinMaxScaler", {"feature_range": [0, 2]})) == []
    assert Wanted("MinMaxScaler", {"feature_range": [0, 2]}).built(1).feature_range == (0, 2)


def test_chance_follows_from_the_seed_but_for_what_a_document_says() -> None:
    forest = {"n_estimators": 3}

    first, again, other = (Wanted("RandomForestClassifier", forest).built(seed) for seed in (1, 1, 2))

    assert first.random_state == again.random_state != other.random_state
    assert Wanted("RandomForestClassifier", {"random_state": 7}).built(1).random_state == 7


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_every_classifier_and_regressor_that_fits_is_kept_and_predicts_the_same() -> None:
    kept = 0
    for name, made in all_estimators(type_filter=["classifier", "regressor"]):
        try:
            fitted = made().fit(SAMPLES[::3], TARGETS[::3])
        except (TypeError, ValueError):
            continue  # needs an estimator inside, or other data
        assert np.array_equal(restored(written(fitted)).predict(SAMPLES), fitted.predict(SAMPLES)), name
        kept += 1

    assert kept >= 75


@pytest.mark.parametrize("name", ["LogisticRegression", "RandomForestClassifier", "KNeighborsClassifier", "SVC"])
def test_what_is_kept_predicts_the_same_and_is_no_pickle(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = Wanted(name, {}).built(1).fit(SAMPLES, TARGETS)

    content = written(fitted)

    assert np.array_equal(restored(content).predict(SAMPLES), fitted.predict(SAMPLES))
    assert content.tobytes()[:2] == b"PK"  # a zip of JSON and arrays
    assert b"pickle" not in content.tobytes()


def test_a_file_that_names_something_else_makes_nothing() -> None:
    from os import system

    from skops.io import dumps

    estimator = estimator_class("FunctionTransformer")(system)

    with pytest.raises(ValueError, match=r"posix\.system, which is not made of a file"):
        restored(np.frombuffer(dumps(estimator), dtype=np.uint8))


def test_an_estimator_that_cannot_be_kept_says_so() -> None:
    with pytest.raises(NotKeepable, match="Birch cannot be kept"):
        written(estimator_class("Birch")().fit(SAMPLES))
