"""Typst, held by the hand: the same fonts everywhere, no date in the file, no file but what is handed over."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

from django.core.cache import cache

from experiments.errors import Refusal

PIXELS_PER_INCH: Final = 220.0
SECONDS: Final = 20.0
KEPT_SECONDS: Final = 3_600
LARGEST_KEPT: Final = 4_000_000
PROGRAM: Final = Path(__file__).with_name("compiling.py")
QUOTED: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "", "\t": " "}


class TooLong(Refusal):
    """Laying out takes longer than a reader waits."""

    code = "too-long"
    status = 503


def quoted(words: str) -> str:
    r"""A string of Typst: nothing in it is markup.

    >>> quoted('say "#x"')
    '"say \\"#x\\""'
    """
    return '"' + "".join(QUOTED.get(letter, letter) for letter in words) + '"'


def picture(svg: str, *, width: str = "100%", about: str = "") -> str:
    """An SVG in a document."""
    return f'#image(bytes({quoted(svg)}), format: "svg", width: {width}, alt: {quoted(about)})'


def as_pdf(source: str) -> bytes:
    """The same source gives the same bytes. RuntimeError where Typst refuses, with its own words."""
    return _compiled(source, "pdf")


def as_png(svg: str) -> bytes:
    """A picture at PIXELS_PER_INCH, on white."""
    return _compiled(f"#set page(width: 420pt, height: auto, margin: 0pt)\n{picture(svg)}", "png")


def _compiled(source: str, form: Literal["pdf", "png"]) -> bytes:
    """TooLong after SECONDS. What was made of the same source stays in the cache for an hour."""
    key = f"typeset:{form}:{sha256(source.encode()).hexdigest()}"
    kept = cache.get(key)
    if isinstance(kept, bytes):
        return kept
    command = [sys.executable, "-I", str(PROGRAM), form, str(PIXELS_PER_INCH)]
    try:
        done = subprocess.run(command, input=source.encode(), capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise TooLong(
            f"The page was not laid out within {SECONDS:g} seconds.",
            hint="Read the report as HTML, which prints as well, or ask for fewer questions in one plan.",
        ) from error
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    if len(done.stdout) <= LARGEST_KEPT:
        cache.set(key, done.stdout, timeout=KEPT_SECONDS)
    return done.stdout
