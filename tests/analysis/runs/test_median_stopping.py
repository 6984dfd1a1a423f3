"""A run that does worse than most others did is stopped, with the other runs read from the record."""

from __future__ import annotations

from typing import cast

import pytest

from analysis.learning.strategies import KnowsPeers
from analysis.runs.working.reporter import RunReporter
from analysis.runs.working.worker import Errand, Worker
from experiments.blueprint import json_object
from experiments.types import JsonObject
from tests.analysis.runs.pipelines import batch_of, example

pytestmark = pytest.mark.django_db(transaction=True)


def five_rates() -> JsonObject:
    """Three good ones first, then two hopeless ones."""
    stopping = {"kind": "median", "after": 1, "least_runs": 3, "measure": "loss"}
    document = example("digits_grid", stopping=stopping)
    components = cast("dict[str, dict[str, object]]", document["components"])
    components["batches"]["config"] = {"size": 64}
    components["network"]["config"] = {"hidden": [32]}
    components["descent"]["config"] = {"learning_rate": {"sweep": [0.1, 0.08, 0.06, 0.001, 0.0001]}, "momentum": 0.9}
    return document


def test_runs_worse_than_the_median_of_those_before_them_end_early_and_say_why() -> None:
    batch = batch_of(five_rates())

    assert Worker().work(Errand(until_empty=True)) == {"completed": 5}

    results = [json_object(run.result) for run in batch.runs.order_by("number")]
    assert [result["epochs"] for result in results[3:]] == [2, 2]
    assert [result["epochs"] for result in results[:3]] == [3, 3, 3]
    assert "worse than the median of 3 other runs at epoch 2" in str(results[3]["stopped"])


def test_the_reporter_of_the_record_knows_the_other_runs() -> None:
    assert issubclass(RunReporter, KnowsPeers)
