"""A run that was stopped goes on from its last whole checkpoint, and ends as if nothing had happened."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from analysis.runs import store
from analysis.runs.errors import Spoiled
from analysis.runs.models import Batch, Checkpoint, Run, RunEvent, Status
from analysis.runs.services.keeping import kept_of, newest_state, sweep_files
from analysis.runs.services.steering import retry_batch
from analysis.runs.services.warming import warm_start_batch, warm_start_run
from analysis.runs.working.worker import Errand, Worker
from experiments.errors import BadValue
from experiments.types import Json, JsonObject
from tests.analysis.runs.walking import only_run, walks

pytestmark = pytest.mark.django_db(transaction=True)
ALL = Errand(until_empty=True)


def result_of(run: Run) -> dict[str, Json]:
    assert run.status == Status.COMPLETED, run.error
    assert isinstance(run.result, dict)
    return run.result


def file_of(checkpoint: Checkpoint) -> Path:
    return Path(storages["runs"].path(checkpoint.path))


def broken_then_retried(tmp_path: Path, *, spoil: bool = False) -> Run:
    """A run of four epochs that fails in the third, and is queued again."""
    batch = walks([{"fail": "value", "epoch": 3, "once": str(tmp_path / "failed")}], epochs=4)
    Worker().work(ALL)
    if spoil:
        file_of(only_run(batch).checkpoints.get()).write_bytes(b"torn")
    retry_batch(batch, now=timezone.now())
    Worker().work(ALL)
    return only_run(batch)


def test_a_resumed_run_ends_bit_for_bit_like_one_that_was_never_stopped(tmp_path: Path) -> None:
    straight = walks([{}], epochs=4)
    Worker().work(ALL)

    resumed = broken_then_retried(tmp_path)

    assert resumed.attempt == 2
    assert result_of(resumed)["position"] == result_of(only_run(straight))["position"]
    assert result_of(resumed)["evaluations"] == 2  # epochs three and four


def test_a_spoiled_checkpoint_is_passed_over(tmp_path: Path) -> None:
    straight = walks([{}], epochs=4)
    Worker().work(ALL)

    resumed = broken_then_retried(tmp_path, spoil=True)

    assert result_of(resumed)["position"] == result_of(only_run(straight))["position"]
    assert result_of(resumed)["evaluations"] == 4


def test_a_spoiled_checkpoint_is_told_apart_by_its_hash() -> None:
    batch = walks([{}])
    Worker().work(ALL)
    checkpoint = only_run(batch).checkpoints.get()
    whole = file_of(checkpoint).read_bytes()
    file_of(checkpoint).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))

    with pytest.raises(Spoiled, match="another hash"):
        store.content(kept_of(checkpoint))

    assert newest_state(only_run(batch)) is None


def test_a_whole_file_that_nobody_can_read_is_passed_over_for_an_older_one_and_the_log_says_so(tmp_path: Path) -> None:
    setting: JsonObject = {
        "fail": "value",
        "epoch": 3,
        "once": str(tmp_path / "failed"),
        "checkpoints": {"kind": "last", "count": 2},
    }
    batch = walks([setting], epochs=4)
    Worker().work(ALL)
    newest, older = only_run(batch).checkpoints.order_by("-epoch")
    kept = store.keep("foreign", lambda sha256: f"{sha256}.safetensors", lambda file: file.write(b"no such header"))
    Checkpoint.objects.filter(pk=newest.pk).update(path=kept.path, sha256=kept.sha256, size=kept.size)

    saved = newest_state(only_run(batch))
    retry_batch(batch, now=timezone.now())
    Worker().work(ALL)

    assert saved is not None
    assert (saved.epoch, newest.epoch, older.epoch) == (1, 2, 1)
    assert only_run(batch).status == Status.COMPLETED
    said = RunEvent.objects.get(run=only_run(batch), kind="run.logged").payload
    assert "epoch 2 is passed over: This is no safetensors file" in str(said)


def test_only_the_newest_checkpoint_is_kept_unless_the_document_says_more() -> None:
    newest, every = walks([{}]), walks([{"checkpoints": {"kind": "last", "count": 2}}])

    Worker().work(ALL)

    assert [row.epoch for row in only_run(newest).checkpoints.all()] == [3]
    assert [row.epoch for row in only_run(every).checkpoints.all()] == [3, 2]
    kept = {file_of(row) for row in Checkpoint.objects.all()}
    assert all(path.exists() for path in kept)
    folders = {path.parent for path in kept}
    assert {path for folder in folders for path in folder.iterdir()} == kept


def test_warm_start_goes_on_from_three_epochs_to_five() -> None:
    batch = walks([{"step": float(n)} for n in range(12)])
    straight = walks([{"step": 3.0}], epochs=5)
    Worker().work(ALL)

    warmed = warm_start_batch(batch, epochs=5, now=timezone.now())
    Worker().work(ALL)

    batch.refresh_from_db()
    assert len(warmed) == 12
    assert batch.status == Status.COMPLETED
    new = Run.objects.filter(batch=batch, epochs=5)
    assert {result_of(run)["evaluations"] for run in new} == {2}
    assert result_of(new.get(setting__step=3.0))["position"] == result_of(only_run(straight))["position"]


def test_warm_start_twice_is_warm_start_once() -> None:
    batch = walks([{}])
    Worker().work(ALL)

    first = warm_start_run(only_run(batch), epochs=5, now=timezone.now())
    again = warm_start_run(Run.objects.get(batch=batch, epochs=3), epochs=5, now=timezone.now())

    assert first == again
    assert Run.objects.filter(batch=batch).count() == 2


def test_warm_start_to_no_more_epochs_is_refused() -> None:
    batch = walks([{}])
    Worker().work(ALL)

    with pytest.raises(BadValue, match="No completed run has fewer than 3 epochs"):
        warm_start_batch(batch, epochs=3, now=timezone.now())

    assert Run.objects.count() == 1


def test_files_that_no_row_knows_are_swept_away_after_an_hour() -> None:
    batch = walks([{}])
    Worker().work(ALL)
    known = file_of(only_run(batch).checkpoints.get())
    orphan = known.with_name("000002-forgotten.safetensors")
    orphan.write_bytes(b"half")
    now = timezone.now()

    assert sweep_files(now=now) == 0
    sweep_files(now=now + timedelta(hours=2))

    assert known.exists()
    assert not orphan.exists()


def test_a_deleted_batch_leaves_files_only_until_the_sweep() -> None:
    batch = walks([{}])
    Worker().work(ALL)
    path = file_of(only_run(batch).checkpoints.get())

    Batch.objects.filter(pk=batch.pk).delete()
    sweep_files(now=timezone.now() + timedelta(hours=2))

    assert not path.exists()
