"""What a function may ask of the run that it is called in: chance, a folder, a log, and somebody to tell."""

from __future__ import annotations

import logging
import random
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from analysis.learning.running import Fold, Reporter, Task

if TYPE_CHECKING:
    import numpy as np

LOG_NAME = "log.txt"
LONGEST_LOG = 1_000_000  # characters of a run's log that are kept: the first half and the last


class Call:
    """Handed to a function that has a parameter called `call`, and to classes as `self.call`.

    seed: of this run alone; the same in every repetition of it. fold, epochs: of this run.
    """

    def __init__(self, task: Task, reporter: Reporter) -> None:
        self.seed = task.seed
        self.fold: Fold = task.fold
        self.epochs = task.epochs
        self.step = 0
        self.rng_in_use: np.random.Generator | None = None
        self._reporter = reporter
        self._folders = (task.folder, task.batch_folder)
        self._lines: list[str] = []

    @property
    def rng(self) -> np.random.Generator:
        """A source of chance from this run's seed. A checkpoint keeps how far it has been used."""
        import numpy as np

        if self.rng_in_use is None:
            self.rng_in_use = np.random.default_rng(self.seed)
        return self.rng_in_use

    def go_on(self, step: int, rng: np.random.Generator | None) -> None:
        """As it was when a checkpoint was made."""
        self.step, self.rng_in_use = step, rng

    @property
    def folder(self) -> Path:
        """A folder for this run's files on this machine, there again if the run is resumed here."""
        return self._made(0, "machina-run-")

    @property
    def batch_folder(self) -> Path:
        """A folder that all runs of this batch on this machine share: a cache for what is costly to make."""
        return self._made(1, "machina-batch-")

    @cached_property
    def log(self) -> logging.Logger:
        """A logger whose lines are kept as log.txt beside the run."""
        logger = logging.Logger("run", logging.DEBUG)
        logger.addHandler(_Lines(self._lines))
        return logger

    def progress(self, done: int, of: int = 0) -> None:
        """Say how far it is. Also the moment at which a cancelled run stops."""
        self.step = done
        self._reporter.progress(phase="run", epoch=1, step=done, steps=of)

    def measured(self, *, step: int | None = None, split: str = "run", **values: float) -> None:
        """A point of a curve for each value: `call.measured(step=3, loss=0.1)`."""
        self._reporter.measured(epoch=self.step if step is None else step, split=split, values=values)

    def keep(self, name: str, content: bytes | str, *, kind: str = "file") -> None:
        """Keep a file beside the run, for good. The same name again replaces it."""
        self._reporter.artifact(name=name, content=content.encode() if isinstance(content, str) else content, kind=kind)

    def check(self) -> None:
        """Stop here if the run was cancelled, paused or given to another worker."""
        self._reporter.check()

    def keep_log(self) -> None:
        """The lines so far, as a file; nothing if there are none."""
        text = "".join(self._lines)
        if len(text) > LONGEST_LOG:
            left_out = len(text) - LONGEST_LOG
            half = LONGEST_LOG // 2
            text = f"{text[:half]}\n… {left_out:,} characters left out …\n{text[-half:]}"
        if text:
            self.keep(LOG_NAME, text, kind="log")

    def _made(self, which: int, prefix: str) -> Path:
        if not self._folders[which]:
            made = mkdtemp(prefix=prefix)
            self._folders = (made, self._folders[1]) if which == 0 else (self._folders[0], made)
        folder = Path(self._folders[which])
        folder.mkdir(parents=True, exist_ok=True)
        return folder


class _Lines(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record) + "\n")


@contextmanager
def chance_of(seed: int) -> Iterator[None]:
    """Python's and numpy's global chance start from the seed, and are afterwards as they were before.

    So a function that draws from `random` or `numpy.random` gives the same result each time, wherever it runs.
    """
    before, legacy = random.getstate(), _legacy()
    before_numpy = None if legacy is None else legacy.get_state()
    random.seed(seed)
    if legacy is not None:
        legacy.seed(seed % 2**32)
    try:
        yield
    finally:
        random.setstate(before)
        if legacy is not None and before_numpy is not None:
            legacy.set_state(before_numpy)


def global_chance() -> Mapping[str, object]:
    """Python's and, if it is in use, numpy's global chance, as objects that `keeping` can keep."""
    python = random.Random()  # noqa: S311 (a copy of the one in use)
    python.setstate(random.getstate())
    legacy = _legacy()
    if legacy is None:
        return {"python": python}
    import numpy as np

    numpy = np.random.RandomState()
    numpy.set_state(legacy.get_state())
    return {"python": python, "numpy": numpy}


def go_on_from(chance: Mapping[str, object]) -> None:
    """Global chance as `global_chance` found it."""
    python, numpy = chance["python"], chance.get("numpy")
    assert isinstance(python, random.Random)  # noqa: S101 (what global_chance gave)
    random.setstate(python.getstate())
    if numpy is not None:
        import numpy as np

        assert isinstance(numpy, np.random.RandomState)  # noqa: S101 (what global_chance gave)
        np.random.set_state(numpy.get_state())


def _legacy() -> np.random.RandomState | None:
    """The generator behind numpy.random's functions; None while nobody has imported numpy."""
    if "numpy" not in sys.modules:
        return None
    import numpy as np

    return np.random.mtrand._rand
