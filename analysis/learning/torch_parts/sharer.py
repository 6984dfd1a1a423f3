"""The program of each process that shares a model: `torchrun -m analysis.learning.torch_parts.sharer FOLDER`."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

from analysis.learning.pipeline import Pipeline
from analysis.learning.running import Interrupted
from analysis.learning.torch_parts.launching import LINE, read_task
from analysis.learning.torch_parts.passing import Line, Passing, Quiet


def main(folder: Path) -> None:
    """Compute; the first process speaks."""
    task = read_task(folder)
    if os.environ["RANK"] != "0":
        Pipeline().run(task, Quiet())
        return
    with socket.socket(socket.AF_UNIX) as stream:
        stream.connect(str(folder / LINE))
        line = Line(stream)
        result = Pipeline().run(task, Passing(line, folder))
        with suppress(Interrupted):
            line.ask(["result", result])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    sys.stdout.flush()
    os._exit(0)  # taken down in order, gloo's threads now and then end a process that is done with an error
