"""Estimators as runs: all at once in one epoch, or pass by pass, resumed bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.learning.data.dataset import Dataset, dataset
from analysis.learning.data.loading import Loader
from analysis.learning.data.readers.library import library_set
from analysis.learning.data.samplers import Random
from analysis.learning.estimators.learner import EstimatorLearner
from analysis.learning.estimators.wanted import InARow, Wanted
from analysis.learning.inference import predictor
from analysis.learning.metrics import figures_of, parse_metrics
from analysis.learning.running import Interrupted, Saved, Task
from analysis.learning.strategies import parse_stopping
from analysis.learning.training.epochs import EpochTrainer
from experiments.types import JsonObject
from tests.analysis.learning.functions.listening import Listener

IRIS = library_set("iris")


def fit(
    wanted: Wanted | InARow,
    listener: Listener,
    *,
    data: Dataset = IRIS,
    passes: bool = False,
    epochs: int = 4,
    resume: Saved | None = None,
    **more: object,
) -> JsonObject:
    trainer = EpochTrainer(
        loaders={"train": Loader(data, 20, Random(1)), "validation": Loader(data, 20)},
        learner=EstimatorLearner(wanted, passes),
        seed=7,
        measures=figures_of(parse_metrics(["accuracy"] if data is IRIS else ["r_squared"])),
        most_epochs=None if passes else 1,
        stopping=parse_stopping(more.get("stopping")),  # type: ignore[arg-type]  # as a document has it
    )
    return trainer.train(Task({}, seed=7, epochs=epochs, resume=resume), listener)


def test_all_at_once_takes_one_epoch_whatever_is_asked_for() -> None:
    listener = Listener()

    result = fit(Wanted("LogisticRegression", {"max_iter": 500}), listener)

    assert result["epochs"] == 1
    assert [saved.epoch for saved in listener.saved] == [1]


@pytest.mark.parametrize("name", ["SGDClassifier", "GaussianNB", "Perceptron", "MLPClassifier"])
def test_pass_by_pass_a_resumed_run_ends_bit_for_bit_like_one_that_was_not_interrupted(name: str) -> None:
    whole, cut, rest = Listener(), Listener(stops_after=2), Listener()
    result = fit(Wanted(name), whole, passes=True)
    with pytest.raises(Interrupted):
        fit(Wanted(name), cut, passes=True)

    resumed = fit(Wanted(name), rest, passes=True, resume=cut.saved[-1])

    assert resumed == result
    one, other = (predictor(of.saved[-1].state).scores(IRIS.all().samples) for of in (whole, rest))
    assert np.array_equal(one, other)


def test_pass_by_pass_it_stops_early() -> None:
    stopping = {
        "kind": "threshold",
        "measure": "accuracy",
        "split": "train",
        "good_enough": 0.5,
        "direction": "maximise",
    }

    result = fit(Wanted("GaussianNB"), Listener(), passes=True, epochs=50, stopping=stopping)

    assert result["epochs"] == 1
    assert result["stopped"]


@pytest.mark.parametrize(
    ("name", "passes", "sentence"),
    [("SVC", True, "SVC cannot learn pass by pass"), ("StandardScaler", False, "StandardScaler predicts nothing")],
)
def test_an_estimator_that_cannot_do_it_says_so(name: str, passes: bool, sentence: str) -> None:
    listener = Listener()

    with pytest.raises(ValueError, match=sentence):
        fit(Wanted(name), listener, passes=passes)

    assert listener.said == []


def test_in_a_row_what_prepares_learns_once_and_the_last_pass_by_pass() -> None:
    whole, cut, rest = Listener(), Listener(stops_after=2), Listener()
    row = InARow([("scaled", Wanted("StandardScaler")), ("line", Wanted("SGDClassifier", {"loss": "log_loss"}))])
    result = fit(row, whole, passes=True)
    with pytest.raises(Interrupted):
        fit(row, cut, passes=True)

    assert fit(row, rest, passes=True, resume=cut.saved[-1]) == result
    made = predictor(rest.saved[-1].state).model
    assert np.allclose(made.named_steps["scaled"].mean_, IRIS.all().samples.mean(axis=0))
    assert made.named_steps["line"].t_ == 4 * 150 + 1


@pytest.mark.parametrize("name", ["LinearSVC", "RidgeClassifier", "NearestCentroid", "SVC", "GaussianNB"])
def test_figures_are_of_what_the_estimator_predicts_with_and_without_probabilities(name: str) -> None:
    listener = Listener()

    fit(Wanted(name), listener)

    _, _, _, figures = [said for said in listener.said if said[0] == "measured"][-1]
    made = predictor(listener.saved[-1].state)
    assert isinstance(figures, dict)
    assert figures["accuracy"] == (made.predict(IRIS.all().samples) == IRIS.targets).mean()
    assert ("loss" in figures) == hasattr(made.model, "predict_proba")


def test_numbers_are_predicted_with_their_squared_error_as_the_loss() -> None:
    listener, patients = Listener(), library_set("diabetes")

    fit(Wanted("Ridge"), listener, data=patients)

    _, _, _, figures = [said for said in listener.said if said[0] == "measured"][-1]
    predicted = predictor(listener.saved[-1].state).predict(patients.all().samples)
    assert isinstance(figures, dict)
    assert figures["loss"] == pytest.approx(((predicted - patients.targets) ** 2).mean())
    assert 0.4 < figures["r_squared"] < 0.6


def test_a_regressor_predicts_numbers_even_where_all_targets_are_whole() -> None:
    patients, listener = library_set("diabetes"), Listener()
    whole = dataset(patients.all().samples, patients.targets.astype(int))

    fit(Wanted("Ridge"), listener, data=whole)

    made = predictor(listener.saved[-1].state)
    assert made.labels == ()
    assert made.predict(whole.all().samples).dtype == np.float64
