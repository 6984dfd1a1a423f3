"""What the first of several processes says, and how it reaches the one that holds the run.

Every word is answered, `go on` or `stop`: so a checkpoint is in the record before training goes on, and a holder that
is gone stops them at their next word. States and files go through a folder that both know.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Final, cast

from analysis.learning.running import Interrupted, State
from analysis.learning.states import state_bytes
from experiments.types import Json

SAVED: Final = "saved"
GO_ON: Final = "go on"


class Quiet:
    """The reporter of all processes but the first."""

    def progress(self, *, phase: str, epoch: int, split: str = "", step: int = 0, steps: int = 0) -> None:
        """Nothing."""

    def measured(self, *, epoch: int, split: str, values: Mapping[str, float]) -> None:
        """Nothing."""

    def save(self, *, epoch: int, state: State, values: Mapping[str, float]) -> None:
        """Nothing."""

    def artifact(self, *, name: str, content: bytes, kind: str) -> None:
        """Nothing."""

    def check(self) -> None:
        """Go on."""


class Line:
    """Sentences of JSON over a socket, one a line, each answered by one."""

    def __init__(self, stream: socket.socket) -> None:
        self._file = cast("BinaryIO", stream.makefile("rwb"))

    def say(self, word: Json) -> None:
        """One sentence."""
        self._file.write(json.dumps(word).encode() + b"\n")
        self._file.flush()

    def hear(self) -> Json:
        """None: nobody speaks any more."""
        line = self._file.readline()
        return cast("Json", json.loads(line)) if line.endswith(b"\n") else None

    def ask(self, word: Json) -> None:
        """Interrupted if the answer is not to go on, or there is none."""
        self.say(word)
        if self.hear() != GO_ON:
            raise Interrupted("The process that holds this run said to stop.")


class Passing:
    """The reporter of the first process: passes everything on. State and files go through the folder."""

    def __init__(self, line: Line, folder: Path) -> None:
        self._line, self._folder = line, folder

    def progress(self, *, phase: str, epoch: int, split: str = "", step: int = 0, steps: int = 0) -> None:
        self._line.ask(["progress", {"phase": phase, "epoch": epoch, "split": split, "step": step, "steps": steps}])

    def measured(self, *, epoch: int, split: str, values: Mapping[str, float]) -> None:
        self._line.ask(["measured", {"epoch": epoch, "split": split, "values": dict(values)}])

    def save(self, *, epoch: int, state: State, values: Mapping[str, float]) -> None:
        (self._folder / SAVED).write_bytes(state_bytes(state))
        self._line.ask(["save", {"epoch": epoch, "values": dict(values)}])

    def artifact(self, *, name: str, content: bytes, kind: str) -> None:
        (self._folder / SAVED).write_bytes(content)
        self._line.ask(["artifact", {"name": name, "kind": kind}])

    def check(self) -> None:
        """Nothing: `progress` asks often enough."""
