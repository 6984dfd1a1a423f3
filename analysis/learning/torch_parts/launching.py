"""One model on several devices: torchrun starts a process for each; they build the same pipeline and share every batch.

This process holds the run and its reporter. The others get the task as files in a folder; what the first of them says
is passed on here (see `passing`). What they were given by nobody but the setting they cannot know: components that are
registered in memory only, as a test might, are not theirs.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

from analysis.learning.components.registry import allow_packages, allowed_packages
from analysis.learning.running import Fold, Reporter, Saved, Task
from analysis.learning.states import read_state, state_bytes
from analysis.learning.torch_parts.devices import VARIABLE
from analysis.learning.torch_parts.passing import GO_ON, SAVED, Line
from experiments.types import Json, JsonObject

GRACE: Final = 10.0  # seconds between asking the processes to end and ending them
LISTENING: Final = 0.2  # seconds between two looks at whether they live
LAST_WORDS: Final = 4_000  # characters of what they printed, in the error
TASK, LINE, RESUME, PRINTED = "task.json", "line", "resume", "printed"


def launched(task: Task, processes: int, reporter: Reporter) -> JsonObject:
    """The result of the run, trained by so many processes. RuntimeError with their last words if one of them fails."""
    with tempfile.TemporaryDirectory(prefix="machina-") as name:
        folder = Path(name)
        write_task(folder, task)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(folder / LINE))
            listener.listen(1)
            started = _started(folder, processes)
            try:
                return _followed(listener, started, folder, reporter)
            finally:
                _end(started)


def write_task(folder: Path, task: Task) -> None:
    """For `read_task`."""
    told = {"setting": task.setting, "seed": task.seed, "fold": asdict(task.fold), "epochs": task.epochs}
    allowed = {"allowed": allowed_packages(), "resumed": task.resume.epoch if task.resume else None}
    (folder / TASK).write_text(json.dumps({**told, **allowed}))
    if task.resume:
        (folder / RESUME).write_bytes(state_bytes(task.resume.state))


def read_task(folder: Path) -> Task:
    """What `write_task` wrote. Packages that are allowed there are allowed here."""
    told = json.loads((folder / TASK).read_text())
    allow_packages(told["allowed"])
    epoch = told["resumed"]
    resume = None if epoch is None else Saved(epoch, read_state((folder / RESUME).read_bytes()))
    return Task(told["setting"], told["seed"], Fold(**told["fold"]), told["epochs"], resume)


def _started(folder: Path, processes: int) -> subprocess.Popen[bytes]:
    command = [
        sys.executable, "-m", "torch.distributed.run", "--rdzv-backend=c10d", "--rdzv-endpoint=127.0.0.1:0",
        "--local-addr=127.0.0.1", f"--nproc-per-node={processes}", "--max-restarts=0",
        "-m", "analysis.learning.torch_parts.sharer", str(folder),
    ]  # fmt: skip
    threads = str(max(1, (os.cpu_count() or 1) // processes))
    environment = {"OMP_NUM_THREADS": threads, **os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    if environment.get(VARIABLE) != "cpu":  # each takes a device of its own, not the one of this worker
        environment.pop(VARIABLE, None)
    with open(folder / PRINTED, "wb") as printed:
        return subprocess.Popen(
            command, env=environment, stdout=printed, stderr=subprocess.STDOUT, start_new_session=True
        )


def _followed(
    listener: socket.socket, started: subprocess.Popen[bytes], folder: Path, reporter: Reporter
) -> JsonObject:
    with _accepted(listener, started, folder, reporter) as stream:
        line = Line(stream)
        while True:
            match line.hear():
                case ["result", Mapping() as result]:
                    line.say(GO_ON)
                    return result
                case [str(kind), Mapping() as said]:
                    _pass_on(kind, said, folder, reporter)
                    line.say(GO_ON)
                case _:
                    raise _failure(folder)


def _accepted(
    listener: socket.socket, started: subprocess.Popen[bytes], folder: Path, reporter: Reporter
) -> socket.socket:
    """The first process, once it speaks; until then the reporter may say to stop."""
    listener.settimeout(LISTENING)
    while True:
        try:
            return listener.accept()[0]
        except TimeoutError:
            reporter.check()
            if started.poll() is not None:
                raise _failure(folder) from None


def _pass_on(kind: str, said: Mapping[str, Json], folder: Path, reporter: Reporter) -> None:
    more: dict[str, object] = {}
    if kind == "save":
        more = {"state": read_state((folder / SAVED).read_bytes())}
    if kind == "artifact":
        more = {"content": (folder / SAVED).read_bytes()}
    calls: dict[str, Callable[..., None]] = {
        "progress": reporter.progress,
        "measured": reporter.measured,
        "save": reporter.save,
        "artifact": reporter.artifact,
    }
    calls[kind](**said, **more)


def _failure(folder: Path) -> RuntimeError:
    words = (folder / PRINTED).read_text(errors="replace").strip()
    return RuntimeError(f"One of the processes that share the model failed. Their last words:\n{words[-LAST_WORDS:]}")


def _end(started: subprocess.Popen[bytes]) -> None:
    """Torchrun and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGTERM)
    try:
        started.wait(GRACE)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()
