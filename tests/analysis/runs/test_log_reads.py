"""Whoever reads the log gets each event once, in one order: late, in pages, and while others are appending."""

from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction
from django.utils import timezone

from analysis.runs.events import RunEventKind, Said, append_to_batch, append_to_run
from analysis.runs.log_reads import LogLine, page_of_batch, page_of_run
from analysis.runs.models import RunEvent
from experiments.settled import settled_up_to
from tests.analysis.runs.rows import make_batch, make_run

pytestmark = pytest.mark.django_db(transaction=True)


def said(kind: str = RunEventKind.RUN_LOGGED) -> Said:
    return Said(kind, {}, timezone.now())


def test_a_late_reader_gets_everything_in_pages_without_gap_or_double() -> None:
    batch = make_batch()
    runs = [make_run(batch) for _ in range(3)]
    for _ in range(7):
        for run in runs:
            append_to_run(run.pk, [said(), said()])
    append_to_batch(batch.pk, [said(RunEventKind.BATCH_STATUS)])
    append_to_run(make_run().pk, [said()])  # of another batch

    got: list[LogLine] = []
    cursor, up_to = 0, settled_up_to(RunEvent)
    assert up_to is not None
    while True:
        page = page_of_batch(batch, cursor, up_to=up_to, at_most=10)
        got += page.lines
        cursor = page.next
        if page.is_last:
            break

    assert len(got) == len({line.id for line in got}) == 43
    for run in runs:
        assert [line.sequence for line in got if line.run == run.uuid] == list(range(1, 15))
    assert page_of_run(runs[0], 0, up_to=up_to, at_most=100).lines == tuple(
        line for line in got if line.run == runs[0].uuid
    )


def test_what_commits_late_under_a_lower_id_is_waited_for() -> None:
    slow, fast = make_run(), make_run()
    has_id, may_commit = threading.Event(), threading.Event()

    def append_slowly() -> None:
        with transaction.atomic():
            append_to_run(slow.pk, [said()])
            has_id.set()
            may_commit.wait(10)
        connections.close_all()

    thread = threading.Thread(target=append_slowly)
    thread.start()
    has_id.wait(10)
    append_to_run(fast.pk, [said()])  # a higher id, committed first

    assert settled_up_to(RunEvent, patience=0.1) is None
    may_commit.set()
    thread.join()
    up_to = settled_up_to(RunEvent)
    assert up_to is not None
    assert up_to >= page_of_run(fast, 0, up_to=up_to, at_most=5).lines[0].id
    assert page_of_run(slow, 0, up_to=up_to, at_most=5).lines


def test_kinds_are_chosen_and_the_cursor_goes_on_past_the_others() -> None:
    run = make_run()
    append_to_run(run.pk, [said(RunEventKind.RUN_PROGRESS), said(RunEventKind.RUN_MEASURED), said()])
    up_to = settled_up_to(RunEvent)
    assert up_to is not None

    page = page_of_run(run, 0, up_to=up_to, at_most=10, kinds=[RunEventKind.RUN_MEASURED])

    assert [line.kind for line in page.lines] == ["run.measured"]
    assert page.is_last
    assert page.next == up_to
