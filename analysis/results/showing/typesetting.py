"""Typst, held by the hand: the same fonts everywhere, no date in the file, no file but what is handed over."""

from __future__ import annotations

from typing import Final, Literal

PIXELS_PER_INCH: Final = 220.0
QUOTED: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "", "\t": " "}


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
    import typst  # a compiler: only when somebody asks

    return typst.compile(source.encode(), format=form, ppi=PIXELS_PER_INCH, ignore_system_fonts=True, timestamp=0)
