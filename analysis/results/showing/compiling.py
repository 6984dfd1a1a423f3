"""Typst in a process of its own, so that it can be ended: source in, file out. `compiling.py FORM PIXELS_PER_INCH`."""

from __future__ import annotations

import sys
from typing import Literal, cast


def main(form: str, pixels: str) -> None:
    """Ends with 1 where Typst refuses, its words on the standard error."""
    import typst

    asked, source = cast(Literal["pdf", "png"], form), sys.stdin.buffer.read()
    try:
        made = typst.compile(source, format=asked, ppi=float(pixels), ignore_system_fonts=True, timestamp=0)
    except RuntimeError as error:
        sys.exit(str(error))
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main(*sys.argv[1:3])
