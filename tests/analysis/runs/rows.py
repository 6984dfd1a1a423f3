"""Batches and runs as plain rows, for tests of what reads them."""

from __future__ import annotations

import itertools

from django.utils import timezone

from analysis.runs.models import Batch, Run
from experiments.models import Experiment, UnitKind
from experiments.types import Json
from tests.factories import make_study

_numbers = itertools.count(1)


def make_batch(experiment: Experiment | None = None, **columns: object) -> Batch:
    """A batch of a draft experiment over runs."""
    number = next(_numbers)
    experiment = experiment or Experiment.objects.create(
        study=make_study(), slug=f"grid-{number}", title=f"Grid {number}", unit_kind=UnitKind.RUN
    )
    given = {"slug": f"batch-{number}", "procedure": "pipeline", "created_at": timezone.now(), **columns}
    return Batch.objects.create(experiment=experiment, **given)


def make_run(batch: Batch | None = None, **columns: object) -> Run:
    """A run that waits, with a digest of its own."""
    batch = batch or make_batch()
    number = Run.objects.filter(batch=batch).count() + 1
    setting: Json = {"lr": 0.1 / number}
    given = {
        "number": number,
        "setting": setting,
        "setting_digest": f"{number:064x}",
        "digest": f"{next(_numbers):064x}",
        "seed": number,
        "created_at": timezone.now(),
        **columns,
    }
    return Run.objects.create(batch=batch, **given)
