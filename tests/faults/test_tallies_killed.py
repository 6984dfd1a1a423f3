"""Two folders of tallies killed with -9 while people are measured: the tally is the record, to the bit."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from analysis.results.models import Tally, TallyBlock
from analysis.results.reads import columns_as_of, columns_of, tally_of
from analysis.results.services.folding import fold
from analysis.results.sources import Cursor
from experiments.models import Experiment, Measurement
from tests.analysis.results.conftest import MEASURES, assigned, measure
from tests.factories import make_experiment
from tests.proof import PROOF

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[2]
KILLS = 3 if PROOF else 1
FOLDER = """
import sys, django
django.setup()
from django.db import connections
connections.databases["default"]["NAME"] = sys.argv[1]
from django.utils import timezone
from analysis.results.services.folding import fold_one
fold_one(int(sys.argv[2]), now=timezone.now())
print("folding", flush=True)
while True:
    fold_one(int(sys.argv[2]), now=timezone.now())
"""


@contextmanager
def folders(experiment: Experiment, n: int) -> Iterator[None]:
    """At work inside, killed at the end."""
    line = [sys.executable, "-c", FOLDER, str(connection.settings_dict["NAME"]), str(experiment.pk)]
    running = [subprocess.Popen(line, stdout=subprocess.PIPE, cwd=ROOT) for _ in range(n)]
    for each in running:
        assert each.stdout is not None
        each.stdout.readline()
    try:
        yield
    finally:
        for each in running:
            each.send_signal(signal.SIGKILL)
            each.wait()
            if each.stdout is not None:
                each.stdout.close()


def test_whatever_is_killed_each_value_counts_once() -> None:
    experiment = make_experiment(slug="soup", measures=MEASURES)
    arms = list(experiment.arms.values_list("name", flat=True))
    units = assigned(experiment, *arms * 10)
    for number in range(KILLS):
        with folders(experiment, 2):
            until, step = timezone.now() + timedelta(seconds=0.5), 0
            while timezone.now() < until:
                measure(experiment, units[step % len(units)], "score", (7 * step + number) % 100 / 3)
                step += 1
                time.sleep(0.005)
            Measurement.objects.filter(unit=units[number]).delete()
    counted_before = Tally.objects.get(experiment=experiment, is_rehearsal=False)

    fold(experiment, now=timezone.now())

    tally = tally_of(experiment, is_rehearsal=False)
    assert tally is not None
    assert counted_before.measurements > 0  # they were at work when they were killed
    assert tally.n_values == Measurement.objects.count() > 0
    cursor = Cursor(tally.measurements, tally.assignments)
    assert columns_of(tally).to_bytes() == columns_as_of(experiment, cursor, is_rehearsal=False).to_bytes()
    digest = tally.digest
    TallyBlock.objects.all().delete()
    Tally.objects.all().delete()
    fold(experiment, now=timezone.now())
    assert Tally.objects.get(experiment=experiment, is_rehearsal=False).digest == digest
