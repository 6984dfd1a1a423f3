"""Other programs read the log from any offset, and publish to it: each event once, never what services alone say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analysis.runs.models import Run, RunEvent
from experiments.models import Experiment, Role
from tests.analysis.runs.rows import make_batch, make_run
from tests.api.conftest import Program, counts
from tests.query_counts import reviewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
MEASURED = {"key": "a", "kind": "run.measured", "payload": {"epoch": 1, "split": "val", "values": {"f1": 0.9}}}
PROGRESS = {"key": "b", "kind": "run.progress", "payload": {"epoch": 2, "phase": "train", "step": 3, "steps": 9}}


@pytest.fixture
def run(experiment: Experiment) -> Run:
    return make_run(make_batch(experiment))


def events_of(run: Run) -> str:
    return f"/runs/{run.uuid}/events/"


def test_what_a_program_publishes_is_in_the_log_and_on_the_run(api: Program, run: Run) -> None:
    answer = api.post(events_of(run), {"events": [MEASURED, PROGRESS]})

    assert (answer.status_code, answer.json()) == (201, {"recorded": 2, "known": 0})
    run.refresh_from_db()
    assert (run.latest, run.epoch, run.n_events) == ({"val": {"f1": 0.9}}, 1, 2)


def test_publishing_twice_is_as_good_as_once(api: Program, run: Run) -> None:
    api.post(events_of(run), {"events": [MEASURED]})

    answer = api.post(events_of(run), {"events": [MEASURED, PROGRESS]})

    assert (answer.status_code, answer.json()) == (201, {"recorded": 1, "known": 1})
    assert api.post(events_of(run), {"events": [MEASURED, PROGRESS]}).status_code == 200
    assert [event.sequence for event in RunEvent.objects.filter(run=run)] == [1, 2]


def test_a_worker_that_lost_its_run_is_told_so(api: Program, run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(
        status="running", attempt=2, leased_until=timezone.now() + timedelta(minutes=1)
    )

    answer = api.post(events_of(run), {"events": [MEASURED], "attempt": 1})

    assert (answer.status_code, answer.json()["code"]) == (409, "not-held")
    assert not RunEvent.objects.exists()
    assert api.post(events_of(run), {"events": [MEASURED], "attempt": 2}).status_code == 201


@pytest.mark.parametrize(
    ("event", "path"),
    [
        ({**MEASURED, "kind": "run.status"}, "events[1].kind"),
        ({**MEASURED, "kind": "batch.created"}, "events[1].kind"),
        ({**MEASURED, "kind": "Nonsense"}, "events[1].kind"),
        ({**MEASURED, "payload": {"epoch": -1, "values": {"f1": 1}}}, "events[1].payload.epoch"),
        ({**MEASURED, "payload": {"epoch": 2**31, "values": {"f1": 1}}}, "events[1].payload.epoch"),
        ({**MEASURED, "payload": {"epoch": 1, "values": {"f1": "high"}}}, "events[1].payload.values.f1"),
        ({**MEASURED, "payload": {"epoch": 1, "values": {"f1": [1]}}}, "events[1].payload.values.f1"),
        ({**MEASURED, "payload": {"epoch": 1, "values": {}}}, "events[1].payload.values"),
        ({**PROGRESS, "payload": {"epoch": 1, "step": "three"}}, "events[1].payload.step"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_recorded(
    api: Program, run: Run, event: dict[str, object], path: str
) -> None:
    answer = api.post(events_of(run), {"events": [MEASURED, {**event, "key": "c"}]})

    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == [path]
    assert not RunEvent.objects.exists()


def test_the_log_is_read_in_pages_from_any_offset(api: Program, run: Run) -> None:
    own = [{"key": str(n), "kind": "tuner.note", "payload": {"n": n}} for n in range(25)]
    api.post(events_of(run), {"events": own})
    api.post(f"/batches/{run.batch.uuid}/events/", {"events": [{"key": "x", "kind": "tuner.done"}]})

    cursor, got = 0, []
    while True:
        page = api.get(f"/batches/{run.batch.uuid}/events/?after={cursor}&limit=10").json()
        got += page["results"]
        cursor = page["next"]
        if page["is_last"]:
            break

    assert [event["sequence"] for event in got if event["run"]] == list(range(1, 26))
    assert [event["kind"] for event in got if not event["run"]] == ["tuner.done"]
    assert len(api.get(f"{events_of(run)}?kinds=tuner.other").json()["results"]) == 0


def test_reading_and_publishing_cost_what_was_reviewed(api: Program, run: Run) -> None:
    api.post(events_of(run), {"events": [MEASURED]})
    for name, method, path, body in (
        ("api:run events", "get", events_of(run), None),
        ("api:run events, published", "post", events_of(run), {"events": [PROGRESS]}),
        ("api:batch events", "get", f"/batches/{run.batch.uuid}/events/", None),
    ):
        with CaptureQueriesContext(connection) as queries:
            assert api.ask(method, path, body).status_code in (200, 201)
        assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == reviewed(name), name


def test_a_viewer_reads_and_a_stranger_finds_nothing(run: Run, member: object, stranger: Program) -> None:
    viewer = member(Role.VIEWER)  # type: ignore[operator]  # a fixture that makes programs
    before = counts()

    assert viewer.get(events_of(run)).status_code == 200
    assert viewer.post(events_of(run), {"events": [MEASURED]}).status_code == 403
    for path in (events_of(run), f"/batches/{run.batch.uuid}/events/"):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, {"events": [MEASURED]}).status_code == 404
    assert counts() == before


def test_a_clock_that_is_ahead_makes_no_event_of_the_future(api: Program, run: Run) -> None:
    answer = api.post(events_of(run), {"events": [{**MEASURED, "at": "9999-12-31T23:59:59Z"}]})

    assert answer.status_code == 201
    assert run.events.latest("sequence").at <= timezone.now()
