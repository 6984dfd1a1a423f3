"""What all pictures share: inks, scales, marks that are told apart by shape as well as by colour."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite
from typing import Final

from analysis.results.asking.verdicts import plain
from analysis.runs.board.drawing import even_ticks

WIDTH: Final = 420.0
ROW: Final = 30.0
CHARACTER: Final = 6.6
LETTERS: Final = 30
COLOURS: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7a68ae", "#8a8a2b")
"""Okabe and Ito's, which the colour-blind tell apart; the console's style sheet has lighter ones for the dark."""
UNDRAWABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SHAPES: Final = ("circle", "square", "diamond", "triangle")


@dataclass(frozen=True, slots=True)
class Ink:
    """Where colours and letters come from. series: one for each arm, beginning again after the last."""

    text: str
    strong: str
    line: str
    ground: str
    series: tuple[str, ...]
    font: str

    def of(self, place: int) -> str:
        """An arm's colour."""
        return self.series[place % len(self.series)]


ON_PAGE: Final = Ink(
    "var(--m-text)",
    "var(--m-strong)",
    "var(--m-line)",
    "var(--m-card)",
    tuple(f"var(--m-a{place}, {colour})" for place, colour in enumerate(COLOURS)),
    "inherit",
)
IN_FILE: Final = Ink("#475569", "#0f172a", "#cbd5e1", "#ffffff", COLOURS, "Libertinus Serif, Georgia, serif")
"""The first font comes with the typesetter, so that a file looks the same everywhere."""


@dataclass(frozen=True, slots=True)
class Scale:
    """From numbers to places. Open ends stand at the edge."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """One decimal; what lies beyond stands at the edge."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self) -> list[tuple[float, str]]:
        """Places with their numbers, real minus signs."""
        return [(self.at(value), plain(value or 0.0)) for value in even_ticks(self.low, self.high)]


def scale_over(values: Iterable[float | None], start: float, end: float, *, also: Sequence[float] = ()) -> Scale:
    """Wide enough for every finite value, with a margin. also: values that are always in it."""
    known = [value for value in (*values, *also) if value is not None and isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    margin = 0.06 * (high - low) or max(abs(high) * 0.1, 0.5)
    return Scale(low - margin, high + margin, start, end)


def shown(words: str) -> str:
    """Words inside an element or attribute; without what XML has no place for, which would make the picture none.

    >>> shown("a" + chr(7) + "<b>")
    'a&lt;b&gt;'
    """
    return escape(UNDRAWABLE.sub("", words))


def svg(parts: Iterable[str], *, height: float, about: str, ink: Ink, width: float = WIDTH) -> str:
    """A whole picture. about: what it shows, for who does not see it."""
    size = "" if ink is ON_PAGE else f' width="{width:g}" height="{height:g}"'
    ground = "" if ink is ON_PAGE else f'<rect width="100%" height="100%" fill="{ink.ground}"/>'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="r-chart" viewBox="0 0 {width:g} {height:g}"{size} role="img" '
        f'aria-label="{shown(about)}" font-family="{ink.font}" font-size="12" fill="{ink.text}">'
    )
    return "".join([head, ground, *parts, "</svg>"])


def text(x: float, y: float, words: str, *, anchor: str = "start", extra: str = "") -> str:
    """Words at a place."""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{f" {extra}" if extra else ""}>{shown(words)}</text>'


def line(points: tuple[float, float, float, float], colour: str, *, thick: float = 1.0, extra: str = "") -> str:
    """points: x1, y1, x2, y2."""
    x1, y1, x2, y2 = points
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{colour}" stroke-width="{thick:g}"'
        f"{f' {extra}' if extra else ''}/>"
    )


def mark(place: int, x: float, y: float, colour: str, *, size: float = 4.5) -> str:
    """A group's sign: circle, square, diamond, triangle, and again."""
    match SHAPES[place % len(SHAPES)]:
        case "square":
            side = 1.8 * size
            return (
                f'<rect x="{x - side / 2:g}" y="{y - side / 2:g}" width="{side:g}" height="{side:g}" fill="{colour}"/>'
            )
        case "diamond":
            half = 1.3 * size
            path = f"M{x:g} {y - half:g}l{half:g} {half:g}l{-half:g} {half:g}l{-half:g} {-half:g}z"
            return f'<path d="{path}" fill="{colour}"/>'
        case "triangle":
            return (
                f'<path d="M{x:g} {y - 1.25 * size:g}l{1.2 * size:g} {2.1 * size:g}h{-2.4 * size:g}z" fill="{colour}"/>'
            )
        case _:
            return f'<circle cx="{x:g}" cy="{y:g}" r="{size:g}" fill="{colour}"/>'


def titled(inner: str, words: str) -> str:
    """With a tip for the mouse, and for who has it read out."""
    return f"<g><title>{shown(words)}</title>{inner}</g>"


def cut(words: str, most: int = LETTERS) -> str:
    """
    >>> cut("attributions against none", 12)
    'attribution…'
    """
    return words if len(words) <= most else f"{words[: most - 1]}…"


def legend(names: Sequence[str], y: float, *, left: float, ink: Ink, width: float = WIDTH) -> tuple[list[str], float]:
    """Signs with names, broken where the picture ends, and where its last line stands."""
    parts, x = [], left
    for place, name in enumerate(names):
        shown = cut(name)
        wide = 22 + CHARACTER * len(shown)
        if x > left and x + wide > width:
            x, y = left, y + 18
        parts += [mark(place, x + 5, y - 4, ink.of(place)), text(x + 14, y, shown)]
        x += wide
    return parts, y


def axis_below(scale: Scale, y: float, *, ink: Ink, named: str = "", top: float | None = None) -> Iterable[str]:
    """Ticks and their numbers below, faint lines upwards."""
    yield line((scale.start, y, scale.end, y), ink.line)
    for at, number in scale.ticks():
        if top is not None:
            yield line((at, top, at, y), ink.line, extra='stroke-opacity="0.6"')
        yield text(at, y + 15, number, anchor="middle")
    if named:
        yield text((scale.start + scale.end) / 2, y + 31, named, anchor="middle")


def axis_left(scale: Scale, left: float, right: float, *, ink: Ink) -> Iterable[str]:
    """Numbers at the left, faint lines to the right."""
    for at, number in scale.ticks():
        yield line((left, at, right, at), ink.line, extra='stroke-opacity="0.6"')
        yield text(left - 6, at + 4, number, anchor="end")
