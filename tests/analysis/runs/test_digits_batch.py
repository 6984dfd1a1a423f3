"""The base scenario of the notes, from its file to its record: 2 x 2 x 3 settings, 3 epochs each."""

from __future__ import annotations

from collections import Counter

import pytest

from analysis.runs.models import Batch, Checkpoint, RunEvent
from analysis.runs.working.worker import Errand, Worker
from experiments.models import Measurement
from tests.analysis.runs.pipelines import batch_of, example

pytestmark = pytest.mark.django_db(transaction=True)
ALL = Errand(until_empty=True)


def test_a_grid_of_twelve_settings_is_done_with_exactly_the_events_of_the_scenario() -> None:
    batch = batch_of(example("digits_grid"))

    assert Worker().work(ALL) == {"completed": 12}

    for run in batch.runs.all():
        kinds = Counter(run.events.values_list("kind", flat=True))
        assert (kinds["run.configured"], kinds["run.status"]) == (1, 3)
        assert (kinds["run.progress"], kinds["run.measured"]) == (141, 9)
        assert [event.sequence for event in run.events.order_by("sequence")] == list(range(1, run.n_events + 1))
    assert RunEvent.objects.filter(run__batch=batch, kind__in=("run.progress", "run.measured")).count() == 12 * 150
    assert Checkpoint.objects.filter(run__batch=batch).count() == 12
    assert Measurement.objects.filter(measure__name="f1_macro").count() == 12


def test_high_learning_rates_read_digits_well_after_three_epochs_and_low_ones_have_hardly_begun() -> None:
    batch = batch_of(example("digits_grid"))

    Worker().work(ALL)

    high, middle, low = (primaries(batch, rate) for rate in (0.1, 0.01, 0.001))
    assert min(high) > max(middle) > min(middle) > max(low)


def primaries(batch: Batch, rate: float) -> list[float]:
    """Of the four settings with that learning rate."""
    runs = batch.runs.filter(setting__components__descent__config__learning_rate=rate)
    return [run.primary for run in runs if run.primary is not None]
