"""``manage.py run_batch``: a function over specifications, stopped and started at will, each computed once."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import cast

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from analysis.runs.local.driver import take_back_from_the_dead
from analysis.runs.models import Batch, Run, Status
from analysis.runs.results import results
from analysis.runs.services.claiming import claim_runs
from analysis.runs.services.preparing import Shard

pytestmark = pytest.mark.django_db(transaction=True)

MODULE = """
import os
LOG = os.environ["CALLS"]
def main(seed, times=1):
    with open(LOG, "a") as file:
        file.write(f"{seed}\\n")
    if seed == 13:
        raise ValueError("thirteen")
    if seed == 666:
        os.kill(os.getpid(), 9)
    if seed == 77 and times == 2:
        os._exit(0)
    if seed == 99 and os.fork() == 0:
        return {"square": "of a child"}
    return {"square": seed**2 * times}
def keeps(name, call):
    call.keep(name, "content")
def names(length, call):
    call.keep("x" * length, "content")
def told(news):
    with open(LOG, "a") as file:
        file.write("1000\\n")
def own(seed, error=0):
    return {"error": seed / 2, "seconds": 7, "run": 8}
"""
Runs = Callable[..., tuple[int, dict[str, object]]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A researcher's folder, with a module that notes each call."""
    (tmp_path / "squares.py").write_text(MODULE)
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setattr(sys, "path", [*sys.path])
    sys.modules.pop("squares", None)
    yield tmp_path
    sys.modules.pop("squares", None)


@pytest.fixture
def run_batch(folder: Path) -> Runs:
    """The command: its exit status, and its summary."""

    def run(specification: object, *options: str) -> tuple[int, dict[str, object]]:
        (folder / "grid.yml").write_text(json.dumps(specification))
        out, status = StringIO(), 0
        line = ["squares:main", "--search", str(folder / "grid.yml"), "--path", str(folder), "--workers", "2", "--json"]
        try:
            call_command("run_batch", *line, *options, stdout=out)
        except SystemExit as exit_:
            status = int(str(exit_.code))
        return status, json.loads(out.getvalue())

    return run


def calls(folder: Path) -> list[int]:
    path = folder / "calls"
    return sorted(int(line) for line in path.read_text().split()) if path.exists() else []


def test_each_specification_is_computed_once_and_never_again(run_batch: Runs, folder: Path) -> None:
    first = run_batch({"seed": [1, 2, 3], "times": [1, 10]})
    second = run_batch({"seed": [1, 2, 3], "times": [1, 10]})

    assert (first[0], second[0]) == (0, 0)
    assert (first[1]["queued"], second[1]["queued"]) == (6, 0)
    assert calls(folder) == [1, 1, 2, 2, 3, 3]
    frame = results("squares-main")
    assert sorted(frame["square"]) == [1, 4, 9, 10, 40, 90]
    assert {"seed", "times", "square"} <= set(frame.columns)


def test_a_longer_list_computes_only_what_is_new(run_batch: Runs, folder: Path) -> None:
    run_batch({"seed": [1, 2]})

    _, said = run_batch({"seed": [1, 2, 3]})

    assert (said["queued"], said["runs"]) == (1, 3)
    assert calls(folder) == [1, 2, 3]


def test_a_shorter_list_forgets_nothing_but_counts_only_what_is_asked_for(run_batch: Runs) -> None:
    run_batch({"seed": [1, 2, 3]})

    _, said = run_batch({"seed": [1, 2]})

    assert (said["runs"], said["completed"]) == (2, 2)
    assert Run.objects.count() == 3
    assert sorted(results("squares-main")["square"]) == [1, 4]


def test_one_failure_of_three_leaves_the_others_done_and_the_exit_status_says_so(run_batch: Runs, folder: Path) -> None:
    status, said = run_batch({"seed": [1, 13, 2]})

    assert status == 1
    assert (said["completed"], said["failed"]) == (2, 1)
    [error] = cast("list[dict[str, object]]", said["errors"])
    assert (error["run"], error["kind"], error["message"]) == (2, "ValueError", "thirteen")
    assert Batch.objects.get().status == Status.FAILED

    status, said = run_batch({"seed": [1, 13, 2]})
    assert (status, said["retried"]) == (1, 1)
    assert calls(folder) == [1, 2, 13, 13]


def test_mended_code_is_run_again_and_the_old_failure_counts_no_more(run_batch: Runs, folder: Path) -> None:
    run_batch({"seed": [1, 13]})
    (folder / "squares.py").write_text(MODULE.replace("== 13", "== 31"))
    sys.modules.pop("squares")

    status, said = run_batch({"seed": [1, 13]})

    assert (status, said["queued"], said["completed"]) == (0, 2, 2)


def test_a_dry_run_says_what_would_be_computed_and_changes_nothing(run_batch: Runs, folder: Path) -> None:
    _, said = run_batch({"seed": [1, 2]}, "--dry-run")

    assert said["missing"] == 2
    assert not Batch.objects.exists()
    assert calls(folder) == []


def test_a_worker_that_dies_is_replaced_and_its_run_fails_after_its_attempts(run_batch: Runs, folder: Path) -> None:
    status, said = run_batch({"seed": [1, 666, 2]}, "--attempts", "2")

    assert status == 1
    assert (said["completed"], said["failed"]) == (2, 1)
    assert calls(folder).count(666) == 2


def test_a_worker_that_the_function_ends_without_a_fuss_is_replaced_like_any_other(run_batch: Runs) -> None:
    status, said = run_batch({"seed": [77], "times": [1, 2]}, "--attempts", "1")

    assert (status, said["completed"], said["failed"]) == (1, 1, 1)


def test_a_child_that_the_function_forgets_is_no_second_worker(run_batch: Runs) -> None:
    status, _ = run_batch({"seed": [99, 1]})

    assert status == 0
    assert sorted(results("squares-main")["square"]) == [1, 99**2]


def test_what_is_called_like_our_own_columns_is_not_lost(folder: Path) -> None:
    (folder / "grid.yml").write_text("{seed: [3], error: [5]}")
    line = ["squares:own", "--search", str(folder / "grid.yml"), "--path", str(folder), "--workers", "1", "--quiet"]

    call_command("run_batch", *line, stdout=StringIO())

    found = results("squares-own", only_completed=False).to_dict("records")[0]
    assert [found[name] for name in ("result.error", "setting.error", "result.seconds", "result.run")] == [1.5, 5, 7, 8]
    assert (found["run"], found["error"], found["status"]) == (1, "", "completed")


@pytest.mark.parametrize(
    ("specification", "sentence"),
    [
        ({"sed": [1]}, "no parameter sed"),
        ({"seed": {"range": {"from": 1}}}, "range"),
        ({"seed": []}, "no setting"),
        ([1, 2], "neither a mapping"),
    ],
)
def test_a_wrong_search_is_refused_before_anything_is_made(
    run_batch: Runs, specification: object, sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence) as refused:
        run_batch(specification)

    assert refused.value.returncode == 2
    assert not Batch.objects.exists()


def test_a_function_that_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(CommandError, match="no such name"):
        call_command("run_batch", "squares:mian", "--path", str(folder))

    assert not Batch.objects.exists()


def test_shards_are_disjoint_and_together_everything(run_batch: Runs, folder: Path) -> None:
    specification = {"seed": list(range(20, 27))}

    sizes = [run_batch(specification, "--shard", shard)[1]["queued"] for shard in ("1/2", "2/2", "1/2")]

    assert sizes == [4, 3, 0]
    assert calls(folder) == list(range(20, 27))


@pytest.mark.parametrize("text", ["0/2", "3/2", "2", "a/b", "-1/2"])
def test_a_wrong_shard_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="1/4"):
        Shard.parse(text)


def test_what_a_dead_worker_of_this_machine_held_waits_again_at_once(run_batch: Runs) -> None:
    run_batch({"seed": [1, 2]}, "--dry-run")
    run_batch({"seed": [1]})
    batch = Batch.objects.get()
    Run.objects.update(status=Status.QUEUED, result=None, finished_at=None)
    host = os.uname().nodename
    (run,) = claim_runs(worker=f"{host}:999999999", now=timezone.now(), batch=batch.pk)

    assert take_back_from_the_dead(batch, now=timezone.now()) == 1
    run.refresh_from_db()
    assert run.status == Status.QUEUED

    claim_runs(worker=f"{host}:{os.getpid()}", now=timezone.now(), batch=batch.pk)
    assert take_back_from_the_dead(batch, now=timezone.now()) == 0


def test_other_workers_leave_a_batch_alone_whose_function_they_may_not_call(run_batch: Runs) -> None:
    run_batch({"seed": [1]})
    Run.objects.update(status=Status.QUEUED, result=None, finished_at=None)

    assert claim_runs(worker="celery", now=timezone.now()) == []


def test_results_are_written_as_files(run_batch: Runs, folder: Path) -> None:
    run_batch({"seed": [1, 13]}, "--output", str(folder / "out"))

    out = folder / "out"
    assert json.loads((out / "runs" / "0001-seed=1" / "run.json").read_text())["result"] == {"value": {"square": 1}}
    assert "thirteen" in (out / "runs" / "0002-seed=13" / "traceback.txt").read_text()
    assert [each["run"] for each in json.loads((out / "completed.json").read_text())] == [1]
    assert [each["run"] for each in json.loads((out / "failed.json").read_text())] == [2]
    assert (out / "results.csv").read_text().splitlines()[0].startswith("run,")


def test_files_with_names_that_lead_elsewhere_stay_within_their_folder(folder: Path, tmp_path: Path) -> None:
    (folder / "grid.yml").write_text("{name: [../../a.txt, /b.txt, .., '']}")
    line = ["squares:keeps", "--search", str(folder / "grid.yml"), "--path", str(folder), "--workers", "1", "--quiet"]

    call_command("run_batch", *line, "--output", str(tmp_path / "out"), stdout=StringIO())

    files = (tmp_path / "out" / "runs").rglob("files/*")
    assert sorted(path.name for path in files) == ["a.txt", "b.txt", "file", "file"]


def test_what_was_cancelled_is_not_done_and_the_exit_status_says_so(run_batch: Runs) -> None:
    run_batch({"seed": [1, 2]})
    Run.objects.filter(number=2).update(status=Status.CANCELLED, result=None)

    status, said = run_batch({"seed": [1, 2]}, "--keep-failed")

    assert (status, said["completed"], said["cancelled"]) == (1, 1, 1)


def test_a_hook_beside_the_function_is_called(run_batch: Runs, folder: Path) -> None:
    hooks = [{"on": "batch_completed", "call": "squares:told"}]

    status, _ = run_batch({"specification": {"seed": [1]}, "hooks": hooks})

    assert status == 0
    assert calls(folder) == [1, 1000]


def test_a_name_of_a_file_that_the_record_has_no_room_for_is_said_so(folder: Path) -> None:
    (folder / "grid.yml").write_text(json.dumps({"length": [201]}))

    with pytest.raises(SystemExit):
        call_command(
            "run_batch", "squares:names", "--search", str(folder / "grid.yml"), "--path", str(folder), "--quiet"
        )

    run = Run.objects.get()
    assert run.error_kind == "ValueError"
    assert "A file's name has at most 200 letters" in run.error


def test_of_twelve_runs_with_a_broken_one_eleven_are_done_and_its_traceback_is_shown(folder: Path) -> None:
    (folder / "grid.yml").write_text(json.dumps({"seed": [*range(1, 12), 13]}))
    line = ["squares:main", "--search", str(folder / "grid.yml"), "--path", str(folder), "--workers", "2", "--quiet"]
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("run_batch", *line, stdout=out)

    assert ended.value.code == 1
    assert "11 of 12 runs of “squares-main” are done." in out.getvalue()
    assert 'raise ValueError("thirteen")' in out.getvalue()
    assert "Traceback" in Run.objects.get(status=Status.FAILED).traceback
    assert results("squares-main")["square"].count() == 11
