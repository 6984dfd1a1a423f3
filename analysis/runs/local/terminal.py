"""What somebody at a terminal sees of a batch: a bar that moves, or a line now and then where output is kept."""

from __future__ import annotations

import shutil
import time
from typing import Protocol, TextIO

from analysis.learning.progress import Pace, Standing, line

EVERY_ON_TTY, EVERY_IN_LOG = 0.1, 15.0


class Shows(Protocol):
    """Somebody who is shown the standing, and told what happens."""

    def standing(self, standing: Standing) -> None:
        """As it is now."""
        ...

    def note(self, text: str) -> None:
        """Something that happened."""
        ...

    def close(self, standing: Standing) -> None:
        """As it is at the end."""
        ...


class Quiet:
    """Says nothing."""

    def standing(self, standing: Standing) -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """Nothing."""

    def close(self, standing: Standing) -> None:
        """Nothing."""


class Bar:
    """On a terminal: one line that is written over. Elsewhere: a line every quarter of a minute, and at the end."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._is_tty = out, out.isatty()
        self._pace, self._shown = Pace(), 0.0
        self._began = time.monotonic()

    def standing(self, standing: Standing) -> None:
        """At most ten times a second."""
        now = time.monotonic()
        self._pace.look(standing, now)
        if now - self._shown < (EVERY_ON_TTY if self._is_tty else EVERY_IN_LOG):
            return
        if not self._is_tty and not self._shown:
            self._shown = now  # the first line after a quarter of a minute: short batches need none
            return
        self._show(standing)

    def note(self, text: str) -> None:
        """Above the bar."""
        self._out.write(f"\r\x1b[2K{text}\n" if self._is_tty else f"{text}\n")
        self._out.flush()

    def close(self, standing: Standing) -> None:
        """The last word."""
        self._pace.look(standing, time.monotonic())
        self._show(standing)
        if self._is_tty:
            self._out.write("\n")
            self._out.flush()

    def _show(self, standing: Standing) -> None:
        self._shown = time.monotonic()
        width = shutil.get_terminal_size().columns if self._is_tty else 120
        text = line(standing, self._pace, width=width)
        self._out.write(f"\r\x1b[2K{text}" if self._is_tty else f"{text}\n")
        self._out.flush()
