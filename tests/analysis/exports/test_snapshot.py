"""What a download says of itself is true of what it holds, whatever happens meanwhile."""

from __future__ import annotations

import gc
import threading

import pytest
from django.db import connection, connections
from django.utils import timezone

from analysis.exports import TABLES, Options, csv_format, straight
from analysis.exports.stream import Download, Request
from experiments.models import Experiment, Measure, Measurement, Unit
from tests.exported import make_collected

LONG = Request("long", "csv", Options())


def add_measurement(experiment: Experiment) -> None:
    """From another connection, and committed."""

    def insert() -> None:
        unit = Unit.objects.filter(experiment=experiment, is_rehearsal=False).latest("pk")
        measure = Measure.objects.get(experiment=experiment, name="clicked")
        columns = {"experiment": experiment, "unit": unit, "measure": measure, "value": True}
        Measurement.objects.create(**columns, at=timezone.now(), key="meanwhile")
        connections.close_all()

    thread = threading.Thread(target=insert)
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_the_count_and_the_rows_are_of_one_moment() -> None:
    experiment = make_collected()
    download = Download(experiment, LONG)

    add_measurement(experiment)
    lines = b"".join(download).count(b"\r\n")

    assert lines == download.n_rows + 1
    assert Download(experiment, LONG).n_rows == download.n_rows + 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", [*sorted(TABLES), "all"])
def test_a_download_that_breaks_off_leaves_no_cursor_and_no_transaction_open(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_format, "BATCH", 1)
    monkeypatch.setattr(straight, "FEWEST", 1)
    monkeypatch.setattr(straight, "MOST", 1)
    download = Download(make_collected(chooses=True), Request(table, "csv", Options()))
    pieces = iter(download)
    read = [next(pieces) for _ in range(3)]

    download.close()
    gc.collect()  # a cursor left behind would complain here, and pytest makes that an error

    assert len(read) == 3
    assert not connection.in_atomic_block
    assert connection.get_autocommit()


@pytest.mark.django_db(transaction=True)
def test_a_download_that_nobody_reads_leaves_no_transaction_open() -> None:
    download = Download(make_collected(), LONG)

    download.close()

    assert not connection.in_atomic_block
