"""Trained models asked over the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analysis.learning.data.loading import Loader
from analysis.learning.data.readers.library import library_set
from analysis.learning.estimators.learner import EstimatorLearner
from analysis.learning.estimators.wanted import Wanted
from analysis.learning.running import State, Task
from analysis.learning.training.epochs import EpochTrainer
from analysis.runs import store
from analysis.runs.models import Run
from analysis.runs.services.claiming import Hold, claim_runs
from analysis.runs.services.keeping import keep_checkpoint
from experiments.models import Experiment, Study
from experiments.types import Json
from tests.analysis.learning.functions.listening import Listener
from tests.analysis.runs.walking import walks
from tests.api.conftest import Program, counts
from tests.query_counts import reviewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
IRIS = library_set("iris")
FLOWERS: list[Json] = [IRIS.all().samples[row].tolist() for row in (0, 60, 140)]


def trained() -> State:
    """Of a classifier of flowers."""
    listener = Listener()
    learner = EstimatorLearner(Wanted("LogisticRegression", {"max_iter": 500}))
    EpochTrainer({"train": Loader(IRIS, 50)}, learner, seed=1).train(Task({}, seed=1), listener)
    return listener.saved[-1].state


@pytest.fixture
def run(study: Study) -> Run:
    """Under way, with its first checkpoint."""
    experiment = Experiment.objects.create(study=study, slug="flowers", title="Flowers", unit_kind="run")
    walks([{"step": 1.0}], experiment=experiment)
    (run,) = claim_runs(worker="one", now=timezone.now())
    keep_checkpoint(Hold(run.pk, run.attempt), trained(), epoch=1, values={}, now=timezone.now())
    return run


def asked(program: Program, run: Run, **body: Json):  # type: ignore[no-untyped-def]  # what the test client gives
    return program.post(f"/runs/{run.uuid}/predictions/", body)


def test_samples_are_predicted_by_position_and_by_name(api: Program, run: Run) -> None:
    named: list[Json] = [dict(zip(IRIS.features, flower, strict=True)) for flower in FLOWERS]  # type: ignore[arg-type]

    by_position, by_name = asked(api, run, samples=FLOWERS).json(), asked(api, run, samples=named).json()

    assert by_position == by_name
    assert by_position["predictions"] == [0, 1, 2]
    assert (by_position["labels"], by_position["epoch"]) == ([0, 1, 2], 1)
    assert [round(sum(scores), 9) for scores in by_position["scores"]] == [1, 1, 1]


@pytest.mark.parametrize(
    ("samples", "sentence"),
    [
        ([[1, 2, 3]], "Sample 0 must have the shape (4,), in lists."),
        ([[1, 2, 3, 4], "soup"], "Sample 1 must have the shape (4,), in lists."),
        ([[1, 2, 3, None]], "Sample 0 holds what is neither a number nor a text."),
        ([[1, 2, 3, [4]]], "Sample 0 holds what is neither a number nor a text."),
        ([[1, 2, 3, "long"]], "could not convert string to float: 'long'"),
        ([{"colour": "red"}], "Sample 0 lacks sepal length (cm)"),
    ],
)
def test_other_samples_are_refused_in_a_sentence(api: Program, run: Run, samples: list[Json], sentence: str) -> None:
    before = counts()

    answer = asked(api, run, samples=samples)

    assert (answer.status_code, answer.json()["code"]) == (422, "bad-value")
    assert sentence in answer.json()["detail"]
    assert counts() == before


def test_a_checkpoint_that_is_not_there_is_not_found(api: Program, run: Run) -> None:
    answer = asked(api, run, samples=FLOWERS, epoch=7)

    assert (answer.status_code, answer.json()["hint"]) == (404, "Epochs with a checkpoint: 1.")


def test_a_run_that_keeps_no_model_says_so(api: Program, run: Run) -> None:
    keep_checkpoint(Hold(run.pk, run.attempt), State(values={"epoch": 2}), epoch=2, values={}, now=timezone.now())

    assert asked(api, run, samples=FLOWERS).json()["code"] == "bad-value"


def test_a_foreign_run_is_not_there(stranger: Program, run: Run) -> None:
    assert asked(stranger, run, samples=FLOWERS).status_code == 404


def test_it_takes_as_many_queries_as_agreed_on(api: Program, run: Run) -> None:
    asked(api, run, samples=FLOWERS)
    with CaptureQueriesContext(connection) as queries:
        assert asked(api, run, samples=FLOWERS).status_code == 200

    assert len(queries) == reviewed("api:predictions")


@pytest.mark.parametrize(
    "damage",
    [
        lambda state: State(state.arrays, {**state.values, "samples": {"shape": [4]}}),
        lambda state: State({}, state.values),
        lambda state: State(state.arrays, {**state.values, "predictor": "network", "network": {"hidden": 7}}),
        lambda state: State(state.arrays, {**state.values, "aim": {"kind": "none"}}),
    ],
)
def test_a_state_of_others_that_is_not_whole_is_a_problem_and_no_error(
    api: Program, run: Run, damage: Callable[[State], State]
) -> None:
    keep_checkpoint(Hold(run.pk, run.attempt), damage(trained()), epoch=2, values={}, now=timezone.now())

    answer = asked(api, run, samples=FLOWERS)

    assert answer.status_code in (409, 422), answer.json()
    assert answer.json()["detail"]


def test_a_file_that_is_no_state_is_a_problem_and_no_error(api: Program, run: Run) -> None:
    kept = store.keep("foreign", lambda sha256: f"{sha256}.safetensors", lambda file: file.write(b"not a state"))
    columns = {"path": kept.path, "sha256": kept.sha256, "size": kept.size}
    run.checkpoints.update(**columns)

    answer = asked(api, run, samples=FLOWERS)

    assert (answer.status_code, answer.json()["code"]) == (409, "spoiled")
