"""Batches and runs over the API: queued from a document, looked at, steered, warm started, downloaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analysis.learning.running import State
from analysis.learning.states import read_state
from analysis.runs.models import Batch, Run, Status
from analysis.runs.services.claiming import Hold, claim_runs
from analysis.runs.services.ending import Used, finish_run
from analysis.runs.services.keeping import keep_artifact, keep_checkpoint
from experiments.models import Experiment, Role, Study
from experiments.types import JsonObject
from tests.analysis.runs.pipelines import example
from tests.analysis.runs.rows import make_batch, make_run
from tests.analysis.runs.walking import walks
from tests.api.conftest import Program, counts
from tests.query_counts import reviewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def batch(study: Study) -> Batch:
    """Three walks, the first of them done, with a checkpoint and a file."""
    experiment = Experiment.objects.create(study=study, slug="walks", title="Walks", unit_kind="run")
    made = walks([{"step": float(n)} for n in range(3)], experiment=experiment)
    (run,) = claim_runs(worker="one", now=timezone.now())
    hold = Hold(run.pk, run.attempt)
    keep_checkpoint(hold, State(values={"epoch": 3}), epoch=3, values={"validation/distance": 1.0}, now=timezone.now())
    keep_artifact(hold, name="näme/../x.csv", kind="text/csv", content=b"a,b\n", now=timezone.now())
    finish_run(hold, {"distance": 1.0}, now=timezone.now(), used=Used())
    return made


def grid(**more: object) -> JsonObject:
    rates = {"sweep": [n / 1_000 for n in range(1, 100)]}
    components = {**cast(JsonObject, example("digits_grid")["components"])}
    components["descent"] = {"kind": "optimiser", "type": "sgd", "config": {"learning_rate": rates}}
    return {**example("digits_grid", slug="grid", components=components), **cast(JsonObject, more)}


def first_run(batch: Batch) -> Run:
    return batch.runs.get(number=1)


def test_batches_are_listed_with_what_stands_where(api: Program, batch: Batch) -> None:
    make_batch()  # of a study of somebody else's

    (shown,) = api.get("/batches/?study=kitchen&status=running").json()["results"]

    assert shown["slug"] == batch.slug
    assert (shown["runs"]["completed"], shown["runs"]["queued"]) == (1, 2)


def test_runs_are_listed_and_narrowed(api: Program, batch: Batch) -> None:
    every = api.get(f"/batches/{batch.uuid}/runs/").json()["results"]
    done = api.get(f"/batches/{batch.uuid}/runs/?status=completed").json()["results"]

    assert [run["number"] for run in every] == [1, 2, 3]
    assert [run["number"] for run in done] == [1]
    assert done[0]["primary"] == 1.0
    assert done[0]["choices"] == {"step": 0.0}


def test_a_run_is_shown_with_all_that_it_kept(api: Program, batch: Batch) -> None:
    shown = api.get(f"/runs/{first_run(batch).uuid}/").json()

    assert shown["result"] == {"distance": 1.0}
    assert shown["checkpoints"][0]["epoch"] == 3
    assert shown["artifacts"][0]["kind"] == "text/csv"


def body_of(answer: object) -> bytes:
    """Of an answer that streams."""
    return b"".join(cast(Iterable[bytes], answer))


def test_files_are_downloaded_whole_and_under_a_harmless_name(api: Program, batch: Batch) -> None:
    run = first_run(batch)
    checkpoint, artifact = run.checkpoints.get(), run.artifacts.get()

    state = api.get(f"/runs/{run.uuid}/checkpoints/{checkpoint.uuid}/file/")
    table = api.get(f"/runs/{run.uuid}/artifacts/{artifact.uuid}/file/")

    assert read_state(body_of(state)).values == {"epoch": 3}
    assert body_of(table) == b"a,b\n"
    assert table["Content-Disposition"] == 'attachment; filename="n?me_.._x.csv"'
    assert table["X-Checksum-SHA256"] == artifact.sha256


def test_a_viewer_may_look_but_not_download_or_steer(member: Callable[[str], Program], batch: Batch) -> None:
    viewer, run = member(Role.VIEWER), first_run(batch)

    assert viewer.get(f"/runs/{run.uuid}/").status_code == 200
    assert viewer.get(f"/runs/{run.uuid}/checkpoints/{run.checkpoints.get().uuid}/file/").status_code == 403
    assert viewer.post(f"/batches/{batch.uuid}/cancel/").status_code == 403
    batch.refresh_from_db()
    assert batch.status == Status.RUNNING


def test_a_viewer_reads_the_error_but_no_traceback(
    api: Program, member: Callable[[str], Program], batch: Batch
) -> None:
    run = first_run(batch)
    Run.objects.filter(pk=run.pk).update(error="too much", traceback="File secret.py, line 7")

    shown = member(Role.VIEWER).get(f"/runs/{run.uuid}/").json()

    assert (shown["error"], shown["traceback"]) == ("too much", "")
    assert "line 7" in api.get(f"/runs/{run.uuid}/").json()["traceback"]


def test_a_stranger_is_told_that_there_is_nothing(stranger: Program, batch: Batch) -> None:
    run = first_run(batch)

    paths = [f"/batches/{batch.uuid}/", f"/batches/{batch.uuid}/runs/", f"/runs/{run.uuid}/"]

    assert {stranger.get(path).status_code for path in paths} == {404}
    assert batch.experiment.slug not in stranger.get(paths[0]).json()["detail"]
    assert stranger.post(f"/runs/{run.uuid}/retry/").status_code == 404


def test_a_batch_is_paused_resumed_cancelled_and_retried(api: Program, batch: Batch) -> None:
    stand = [api.post(f"/batches/{batch.uuid}/{deed}/").json() for deed in ("pause", "resume", "cancel", "retry")]

    assert [each["status"] for each in stand] == ["paused", "running", "cancelled", "queued"]
    assert [each["runs"]["queued"] for each in stand] == [0, 2, 0, 2]


def test_a_cancelled_batch_cannot_be_paused(api: Program, batch: Batch) -> None:
    api.post(f"/batches/{batch.uuid}/cancel/")
    before = counts()

    answer = api.post(f"/batches/{batch.uuid}/pause/")

    assert (answer.status_code, answer.json()["code"]) == (409, "illegal-transition")
    assert counts() == before


def test_one_run_is_steered_alone(api: Program, batch: Batch) -> None:
    run = batch.runs.get(number=2)

    stand = [api.post(f"/runs/{run.uuid}/{deed}/").json()["status"] for deed in ("pause", "resume", "cancel", "retry")]

    assert stand == ["paused", "queued", "cancelled", "queued"]


def test_warm_start_over_the_api(api: Program, batch: Batch) -> None:
    run = first_run(batch)

    one = api.post(f"/runs/{run.uuid}/warm-start/", {"epochs": 5})
    every = api.post(f"/batches/{batch.uuid}/warm-start/", {"epochs": 5})
    refused = api.post(f"/batches/{batch.uuid}/warm-start/", {"epochs": 2})

    assert (one.json()["epochs"], one.json()["warm_from"]) == (5, str(run.uuid))
    assert every.json() == {"queued": 0}
    assert (refused.status_code, refused.json()["code"]) == (422, "bad-value")


def test_limits_are_set_and_taken_away(api: Program, batch: Batch) -> None:
    first = api.put(f"/batches/{batch.uuid}/limits/", {"priority": 9, "time_limit": 60})
    then = api.put(f"/batches/{batch.uuid}/limits/", {"time_limit": None})

    assert (first.json()["priority"], first.json()["time_limit"]) == (9, 60)
    assert (then.json()["priority"], then.json()["time_limit"]) == (9, None)


@pytest.mark.parametrize("name", ["batches", "batch", "batch-runs", "run"])
def test_the_routes_cost_what_was_reviewed(name: str, api: Program, batch: Batch) -> None:
    for _ in range(3):
        make_run(batch)
    paths = {
        "batches": "/batches/",
        "batch": f"/batches/{batch.uuid}/",
        "batch-runs": f"/batches/{batch.uuid}/runs/",
        "run": f"/runs/{first_run(batch).uuid}/",
    }
    api.get(paths[name])

    with CaptureQueriesContext(connection) as queries:
        api.get(paths[name])

    assert len(queries) == reviewed(f"api:{name}")


HOOK = "https://hooks.example.org/T0/SECRET?key=1"


def test_whom_hooks_tell_is_read_by_those_who_may_run_the_batch(
    api: Program, member: Callable[[str], Program], batch: Batch
) -> None:
    Batch.objects.filter(pk=batch.pk).update(document={"hooks": [{"on": "run_failed", "webhook": HOOK}]})

    seen = member(Role.ANALYST).get(f"/batches/{batch.uuid}/")

    assert seen.json()["document"] == {"hooks": [{"on": "run_failed", "webhook": "…"}]}
    assert b"SECRET" not in seen.content
    assert api.get(f"/batches/{batch.uuid}/").json()["document"]["hooks"][0]["webhook"] == HOOK


def test_a_file_that_the_storage_lost_is_said_to_be_gone_before_the_answer_begins(api: Program, batch: Batch) -> None:
    run = first_run(batch)
    checkpoint = run.checkpoints.get()
    Path(storages["runs"].path(checkpoint.path)).unlink()

    answer = api.get(f"/runs/{run.uuid}/checkpoints/{checkpoint.uuid}/file/")

    assert (answer.status_code, answer.json()["code"]) == (410, "gone")
    assert "is gone from the storage" in answer.json()["detail"]


@pytest.mark.parametrize(
    "line", [{"study": "attic"}, {"experiment": "stew"}, {"version": 3}, {"study": "attic", "version": 1}]
)
def test_a_document_that_wants_to_go_elsewhere_is_refused_by_name(
    api: Program, study: Study, line: dict[str, object]
) -> None:
    before = counts()

    answers = [api.post(f"/studies/kitchen/batches/{deed}", grid(**line)) for deed in ("", "plan/")]

    for answer in answers:
        assert answer.status_code == 422
        assert {error["path"] for error in answer.json()["errors"]} == set(line)
    assert counts() == before


def test_a_document_that_names_where_it_is_sent_is_taken(api: Program, study: Study) -> None:
    assert api.post("/studies/kitchen/batches/", grid(study="kitchen", experiment="grid")).status_code == 201


def test_whoever_only_asks_is_told_of_the_first_settings_and_their_runs(
    api: Program, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.runs.api.documents.COUNTED", 20)

    answer = api.post("/documents/check/", grid(search={"kind": "random", "samples": 100_000}, seeds=10_000)).json()

    assert (answer["problems"], answer["settings"], answer["runs"]) == ([], 20, 200_000)
