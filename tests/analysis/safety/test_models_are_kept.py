"""A model that passed comes out of a file the same, without pickles, and predicts on samples as the data have them."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from analysis.learning.inference import predictor
from analysis.learning.running import State
from analysis.learning.states import read_state, state_bytes
from analysis.safety.encoded_rows import EncodedRows
from analysis.safety.labelled import Labelled, describe, keep
from analysis.safety.models.keeping import trained_of
from analysis.safety.setting import read_setting
from analysis.safety.terms import Array
from experiments.types import Json, JsonObject
from tests.analysis.learning.test_onnx import said

DATA: JsonObject = {
    "data": {"type": "arrests"}, "positive": "Yes", "duplicates": "allow",
    "groups": {"RACE": {"column": "colour", "each": True}}, "constraints": [{"text": "FPR <= 0.5"}],
}  # fmt: skip
MODELS: dict[str, JsonObject] = {
    "logistic": {"type": "logistic"},
    "tree": {"type": "tree", "depth": 2},
    "forest": {"type": "forest", "trees": 3},
    "network": {"type": "network", "hidden": [4], "epochs": 5},
    "estimator": {"type": "scikit_learn", "estimator": "GaussianNB", "by": ["sex"], "folds": 2},
    "fixed": {"type": "scikit_learn", "estimator": "GaussianNB", "adjust": "fixed"},
}
if find_spec("torch"):  # `make torch-tests`
    layers: list[Json] = [
        {"Linear": {"in_features": "$inputs", "out_features": 3}},
        {"BatchNorm1d": {"num_features": 3}},
        {"Linear": {"in_features": 3, "out_features": "$outputs"}},
    ]
    MODELS["torch"] = {"type": "torch", "module": "torch_sequential", "layout": {"layers": layers}, "epochs": 1}


def trained(model: JsonObject, **more: object) -> tuple[EncodedRows, Array]:
    setting: JsonObject = {**DATA, "model": model, **more}  # type: ignore[dict-item]  # plain JSON
    subject = Labelled().prepare(setting, read_setting(setting)).subject
    assert isinstance(subject, EncodedRows)
    rows, rng = np.arange(0, subject.count, 2), np.random.default_rng(18)
    ready = subject.prepared(rows, rng=rng)
    return ready, ready.start(rows, rng=rng)


@pytest.fixture(params=MODELS.values(), ids=list(MODELS))
def case(request: pytest.FixtureRequest) -> tuple[EncodedRows, Array]:
    return trained(request.param)


def test_it_says_the_same_after_a_round_trip_through_a_file(case: tuple[EncodedRows, Array]) -> None:
    subject, theta = case
    again = predictor(read_state(state_bytes(keep(subject, theta))))
    assert subject.inner is not None
    said = subject.inner.model.over(subject.inner.samples.features, classes=2).outputs(theta)
    scores = again.scores(subject.loaded.matrix())

    np.testing.assert_array_equal(scores[:, 1], said)
    assert again.labels == ("No", "Yes")
    assert set(again.predict(subject.loaded.matrix())) <= {"No", "Yes"}
    assert again.origin.features == ("year", "age", "sex", "employed", "citizen", "checks")


def test_a_number_that_is_predicted_comes_back_as_one() -> None:
    subject, theta = trained(
        {"type": "linear"}, data="diabetes", regime="regression", positive=None,
        groups={"F": {"column": "sex", "above": 0}}, constraints=[{"text": "Mean_Error <= 1"}],
    )  # fmt: skip
    again = predictor(read_state(state_bytes(keep(subject, theta))))

    assert again.predict(subject.loaded.matrix()).shape == (442,)
    assert again.labels == ()


def test_parameters_that_do_not_fit_the_model_are_refused() -> None:
    state = keep(*trained(MODELS["logistic"]))

    with pytest.raises(ValueError, match="This model has 7 parameters"):
        trained_of(State({**state.arrays, "theta": np.zeros(3)}, state.values))
    with pytest.raises(ValueError, match="no finite number"):
        trained_of(State({**state.arrays, "theta": np.full(7, np.nan)}, state.values))


def test_trees_that_lead_in_a_circle_are_refused() -> None:
    state = keep(*trained(MODELS["tree"]))
    left = np.asarray(state.arrays["model/left"]).copy()
    left[left != -1] = 0

    with pytest.raises(ValueError, match="not below it"):
        trained_of(State({**state.arrays, "model/left": left}, state.values))


def test_a_tree_is_described_by_rules_and_a_linear_model_by_weights() -> None:
    tree = describe(*trained(MODELS["tree"]))
    linear = describe(*trained(MODELS["logistic"]))

    assert isinstance(tree["rules"], list)
    assert sum(rule["rows"] for rule in tree["rules"]) == 5_226
    assert all(rule["where"].count(" and ") == 1 for rule in tree["rules"])
    assert "employed is not Yes" in str(tree["rules"])
    assert isinstance(linear["weights"], list)
    assert [one["name"] for one in linear["weights"]] == [
        "year", "age", "sex=Male", "employed=Yes", "citizen=Yes", "checks",
    ]  # fmt: skip


def test_before_the_candidate_rows_taught_it_there_is_nothing_to_keep() -> None:
    subject, theta = trained(MODELS["logistic"])

    with pytest.raises(ValueError, match="not encoded yet"):
        keep(replace(subject, inner=None), theta)


@pytest.mark.parametrize(
    ("model", "more"),
    [
        ({"type": "logistic"}, {"label": "label"}),
        ({"type": "multiclass_logistic"}, {"label": "grade", "regime": "multiclass_classification"}),
        ({"type": "linear"}, {"label": "score", "regime": "regression"}),
        ({"type": "network", "hidden": [4], "epochs": 5}, {"label": "label"}),
    ],
)
def test_layers_are_written_as_onnx(model: JsonObject, more: JsonObject) -> None:
    subject, theta = trained(
        model, data={"type": "made_up", "rows": 200}, positive=None, groups={"A": {"column": "group", "equals": "A"}},
        leave_out=[name for name in ("label", "score", "grade") if name != more["label"]], **more,
    )  # fmt: skip
    again, samples = predictor(keep(subject, theta)), subject.loaded.matrix()
    scores = said(again, samples, ["number" if more["label"] == "score" else "scores"])[0]

    np.testing.assert_allclose(scores, again.scores(samples), atol=1e-5)
