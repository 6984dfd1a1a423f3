"""The base scenario of the notes with PyTorch, from its file to its record: 2 x 2 x 3 settings, 3 epochs each."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from analysis.runs.models import Batch, Checkpoint
from analysis.runs.trained import load_model
from analysis.runs.working.worker import Errand, Worker
from tests.analysis.runs.pipelines import batch_of, example

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_a_grid_of_twelve_settings_is_done_with_exactly_the_events_of_the_scenario() -> None:
    batch = batch_of(example("digits_torch"))

    assert Worker().work(Errand(until_empty=True)) == {"completed": 12}

    for run in batch.runs.all():
        kinds = Counter(run.events.values_list("kind", flat=True))
        assert (kinds["run.configured"], kinds["run.progress"], kinds["run.measured"]) == (1, 141, 9)
        assert [event.sequence for event in run.events.order_by("sequence")] == list(range(1, run.n_events + 1))
    assert Checkpoint.objects.filter(run__batch=batch).count() == 12
    assert_its_models_predict(batch)


def assert_its_models_predict(batch: Batch) -> None:
    from sklearn.datasets import load_digits

    samples, labels = load_digits(return_X_y=True)
    best = batch.runs.order_by("-primary")[0]
    predicted = load_model(best).predict(samples)

    assert np.mean(predicted == labels) > 0.8
