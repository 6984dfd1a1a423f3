"""Models as ONNX say what the models say: run by ONNX's own reference of what each operator means."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from onnx.reference import ReferenceEvaluator

from analysis.learning.data.dataset import Dataset, Splits, dataset
from analysis.learning.data.encoding import Encoding
from analysis.learning.data.iterators.encoding import encoded, scaled
from analysis.learning.data.loading import Loader
from analysis.learning.data.readers.library import library_set
from analysis.learning.data.samples import Array
from analysis.learning.estimators.learner import EstimatorLearner
from analysis.learning.estimators.wanted import InARow, Wanted
from analysis.learning.export.onnx import NotExportable, onnx_of
from analysis.learning.inference import Predictor, predictor
from analysis.learning.models.network import Network
from analysis.learning.models.optimisers import Adam
from analysis.learning.running import Task
from analysis.learning.training.epochs import EpochTrainer
from analysis.learning.training.gradient import GradientLearner
from analysis.learning.training.learner import Learner
from tests.analysis.learning.functions.listening import Listener


def trained(learner: Learner, train: Dataset) -> Predictor:
    """Two epochs of it, and what is read back of the last checkpoint."""
    listener = Listener()
    trainer = EpochTrainer({"train": Loader(train, 32)}, learner, seed=1)
    trainer.train(Task({}, seed=1, epochs=2), listener)
    return predictor(listener.saved[-1].state)


def said(made: Predictor, samples: Array, outputs: list[str] | None = None) -> list[Any]:
    """What the exported model gives for them."""
    return list(ReferenceEvaluator(onnx_of(made)).run(outputs, {"samples": samples.astype(np.float32)}))


def iris() -> Dataset:
    return scaled(Splits({"train": library_set("iris")}), divide=4.0, subtract=1.0)["train"]


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
def test_a_network_with_its_scaling(activation: str) -> None:
    made = trained(GradientLearner(Network((8,), activation), Adam(0.05)), iris())
    samples = library_set("iris").all().samples

    label, scores = said(made, samples)

    assert label.tolist() == made.predict(samples).tolist()
    assert np.abs(scores - made.scores(samples)).max() < 1e-5


def test_a_network_for_pictures_and_one_for_numbers() -> None:
    pictures, numbers = library_set("digits", flat=False), library_set("diabetes")
    reads = trained(GradientLearner(Network((8,)), Adam(0.01)), pictures)
    counts = trained(GradientLearner(Network((8,)), Adam(0.01)), numbers)
    few, patients = pictures.all().samples[:20], numbers.all().samples[:20]

    label, _ = said(reads, few)
    (number,) = said(counts, patients)

    assert label.tolist() == reads.predict(few).tolist()
    assert np.allclose(number[:, 0], counts.predict(patients), rtol=1e-4)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("LogisticRegression", {"max_iter": 300}),
        Wanted("RandomForestClassifier", {"n_estimators": 3}),
        InARow([("scaled", Wanted("StandardScaler")), ("svm", Wanted("LinearSVC"))]),
    ],
    ids=["one", "forest", "row"],
)
@pytest.mark.filterwarnings("ignore")
def test_an_estimator_with_its_scaling(wanted: Wanted | InARow) -> None:
    made = trained(EstimatorLearner(wanted), iris())
    samples = library_set("iris").all().samples

    answers = said(made, samples, ["label", "scores"])

    assert (answers[0] == made.predict(samples)).mean() > 0.99
    assert np.abs(answers[1] - made.scores(samples)).mean() < 0.01  # a tree may fall on the other side of a float32


def test_columns_encoded_as_numbers_come_along() -> None:
    samples = np.random.default_rng(1).integers(0, 3, (60, 2)).astype(np.float64)
    splits = Splits({"train": dataset(samples, (samples[:, 0] == 1).astype(int))})
    made = encoded(splits, [Encoding("categorical", [0]), Encoding("continuous", [1])])["train"]
    model = trained(GradientLearner(Network((4,)), Adam(0.05)), made)

    label, _ = said(model, samples)

    assert label.tolist() == model.predict(samples).tolist()


def test_what_onnx_cannot_say_is_refused_with_the_reason() -> None:
    words = dataset(np.array([["a"], ["b"], ["a"]]), np.array([0, 1, 0]))
    splits = encoded(Splits({"train": words}), [Encoding("categorical", [0])])
    textual = trained(GradientLearner(Network(), Adam()), splits["train"])
    strange = trained(EstimatorLearner(Wanted("NearestCentroid")), iris())

    with pytest.raises(NotExportable, match="Columns of text"):
        onnx_of(textual)
    with pytest.raises(NotExportable, match="NearestCentroid cannot be written as ONNX"):
        onnx_of(strange)
