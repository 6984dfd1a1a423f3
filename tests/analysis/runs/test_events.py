"""What runs say is numbered without a gap, kept once however often it is sent, and moves the run's columns."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analysis.runs.events import RunEventKind, Said, append_to_batch, append_to_run
from analysis.runs.models import Run, RunEvent
from experiments.types import JsonObject
from tests.analysis.runs.rows import make_batch, make_run

pytestmark = pytest.mark.django_db


def measured(epoch: int, *, split: str = "train", loss: float = 0.5, key: str = "", attempt: int = 0) -> Said:
    payload: JsonObject = {"epoch": epoch, "split": split, "values": {"loss": loss}}
    return Said(RunEventKind.RUN_MEASURED, payload, timezone.now(), key, attempt)


def test_the_events_of_a_run_are_numbered_from_one_without_a_gap() -> None:
    run, other = make_run(), make_run()

    append_to_run(run.pk, [measured(1), measured(2)])
    append_to_run(other.pk, [measured(1)])
    append_to_run(run.pk, [measured(3)])

    assert list(run.events.values_list("sequence", flat=True)) == [1, 2, 3]
    assert Run.objects.get(pk=run.pk).n_events == 3


def test_what_is_sent_twice_is_kept_once_and_takes_no_number() -> None:
    run = make_run()
    append_to_run(run.pk, [measured(1, key="a")])

    again = append_to_run(run.pk, [measured(1, key="a"), measured(2, key="b"), measured(2, key="b")])

    assert [event.key for event in again] == ["b"]
    assert list(run.events.values_list("sequence", "key")) == [(1, "a"), (2, "b")]


def test_a_key_is_the_runs_own() -> None:
    batch = make_batch()
    first, second = make_run(batch), make_run(batch)
    for run in (first, second):
        append_to_run(run.pk, [measured(1, key="a")])
    append_to_batch(batch.pk, [Said(RunEventKind.BATCH_STATUS, {"status": "running"}, timezone.now(), "a")])

    assert RunEvent.objects.filter(key="a").count() == 3


def test_the_runs_columns_follow_what_it_says() -> None:
    run = make_run()
    progress = Said(RunEventKind.RUN_PROGRESS, {"phase": "train", "epoch": 2, "step": 5, "steps": 33}, timezone.now())

    append_to_run(run.pk, [measured(1, loss=0.5), measured(1, split="test", loss=0.7), measured(2, loss=0.4), progress])

    run.refresh_from_db()
    assert run.epoch == 2
    assert run.progress == progress.payload
    assert run.latest == {"train": {"loss": 0.4}, "test": {"loss": 0.7}}


def test_what_an_older_attempt_says_late_is_kept_but_moves_nothing() -> None:
    run = make_run(attempt=2, latest={"train": {"loss": 0.1}})

    append_to_run(run.pk, [measured(1, loss=9.0, attempt=1)])

    run.refresh_from_db()
    assert run.events.get().attempt == 1
    assert run.latest == {"train": {"loss": 0.1}}


def test_appending_takes_the_same_few_statements_however_much_is_stored() -> None:
    run = make_run()
    for stored in (0, 2_000):
        append_to_run(run.pk, [measured(n) for n in range(stored)])
        with CaptureQueriesContext(connection) as queries:
            append_to_run(run.pk, [measured(1, key=f"{stored}-{n}") for n in range(50)])
        assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 4


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap_and_no_double() -> None:
    run = make_run()

    def say(number: int) -> None:
        append_to_run(run.pk, [measured(number, key=f"k{number // 2}"), measured(number)])
        connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(say, range(20)))

    assert list(run.events.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, 31))
