"""Models that runs kept predict, in a process that knows nothing of how they were trained."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from onnx.reference import ReferenceEvaluator

from analysis.learning.data.readers.library import library_set
from analysis.runs.models import Artifact, Batch, Run
from analysis.runs.run_names import best_run, named_run
from analysis.runs.trained import load_model
from analysis.runs.working.worker import Errand, Worker
from experiments.errors import BadValue, Unknown
from experiments.types import JsonObject
from tests.analysis.runs.pipelines import batch_of

pytestmark = pytest.mark.django_db(transaction=True)

IRIS: JsonObject = {
    "procedure": "pipeline",
    "seed": 18,
    "components": {
        "iris": {"kind": "dataset", "type": "sklearn_iris"},
        "parts": {
            "kind": "splits",
            "type": "split",
            "requirements": {"splits": "iris"},
            "config": {"parts": {"train": 0.7, "validation": 0.3}, "stratified": True},
        },
        "standardised": {
            "kind": "splits",
            "type": "encode",
            "requirements": {"splits": "parts"},
            "config": {"encodings": [{"as": "continuous", "columns": [0, 1, 2, 3]}]},
        },
        "classifier": {
            "kind": "estimator",
            "type": "estimator",
            "config": {"name": "LogisticRegression", "parameters": {"C": {"sweep": [0.001, 1]}}},
        },
        "trainer": {
            "kind": "trainer",
            "type": "fit",
            "requirements": {"splits": "standardised", "estimator": "classifier"},
            "config": {"onnx": True},
        },
    },
    "measure": {"name": "accuracy", "split": "validation", "direction": "maximise"},
}


@pytest.fixture
def batch() -> Batch:
    made = batch_of(IRIS)
    Worker().work(Errand(until_empty=True))
    made.refresh_from_db()
    return made


def test_a_loaded_model_takes_samples_as_the_data_set_has_them(batch: Batch) -> None:
    flowers = library_set("iris").all()

    model = load_model(best_run(batch))

    assert (model.predict(flowers.samples) == flowers.targets).mean() > 0.9
    assert np.allclose(model.scores(flowers.samples).sum(axis=1), 1)
    assert model.labels == (0, 1, 2)
    with pytest.raises(ValueError, match=r"must have the shape \('n', 4\), not \(2, 3\)"):
        model.predict(np.zeros((2, 3)))


def test_runs_are_named_by_number_best_and_uuid(batch: Batch) -> None:
    second = batch.runs.get(number=2)

    assert [named_run(name) for name in (f"{batch.slug}/2", f"{batch.slug}/best", str(second.uuid))] == [second] * 3
    for name, error in {
        "iris": BadValue,
        "iris/1": Unknown,
        f"{batch.slug}/9": Unknown,
        f"{batch.slug}/x": BadValue,
    }.items():
        with pytest.raises(error):
            named_run(name)


def test_predict_writes_a_line_for_each_sample(batch: Batch, tmp_path: Path) -> None:
    flowers = library_set("iris").view(np.array([0, 60, 140]))
    table = tmp_path / "new.csv"
    with table.open("w", newline="") as file:
        rows = flowers.all().samples[:, ::-1].tolist()
        csv.writer(file).writerows([flowers.origin.features[::-1], *rows])  # columns are found by name
    said = StringIO()

    call_command("predict", f"{batch.slug}/best", str(table), stdout=said)
    call_command("predict", f"{batch.slug}/best", str(table), output=tmp_path / "said.json", json=True)

    lines = list(csv.DictReader(StringIO(said.getvalue())))
    assert [line["prediction"] for line in lines] == ["0", "1", "2"]
    assert [row["prediction"] for row in json.loads((tmp_path / "said.json").read_text())] == [0, 1, 2]
    assert float(lines[0]["score_0"]) > 0.9


def test_the_trained_model_lies_beside_the_run_as_onnx_and_is_exported_on_request(batch: Batch, tmp_path: Path) -> None:
    flowers = library_set("iris").all().samples
    run = best_run(batch)

    call_command("export_model", f"{batch.slug}/best", str(tmp_path / "iris.onnx"), stdout=StringIO())

    exported = ReferenceEvaluator((tmp_path / "iris.onnx").read_bytes())
    label = np.asarray(next(iter(exported.run(["label"], {"samples": flowers.astype(np.float32)}))))
    assert label.tolist() == load_model(run).predict(flowers).tolist()
    assert Artifact.objects.filter(run=run, name="model.onnx").exists()


def test_without_a_checkpoint_there_is_no_model_and_the_command_says_so(batch: Batch) -> None:
    run: Run = batch.runs.get(number=1)
    run.checkpoints.all().delete()

    with pytest.raises(CommandError, match=r"Run 1 has no such checkpoint\. Epochs with a checkpoint: none"):
        call_command("predict", f"{batch.slug}/1", "new.csv")
