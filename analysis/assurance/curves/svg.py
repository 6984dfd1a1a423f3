"""The picture as SVG: a panel for a page, whose style sheet gives the neutral colours, or all of them as a file."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from analysis.assurance.curves.picture import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Drawn, Figure, Key, Mark, Panel

IN_A_ROW: Final = 3
GAP: Final = 24.0
HEAD: Final = 26.0
LINE_HEIGHT: Final = 20.0
FONT: Final = "system-ui, sans-serif"


def as_file(figure: Figure, *, title: str, note: str = "") -> str:
    """A file of its own: title, legend, panels three in a row."""
    columns = min(IN_A_ROW, max(1, len(figure.panels)))
    rows = -(-len(figure.panels) // columns)
    width = columns * (WIDTH + GAP) + GAP
    legend = list(_legend(figure, width))
    above = 52 + LINE_HEIGHT * (1 + max((line for line, _ in legend), default=0))
    height = above + rows * (HEIGHT + HEAD + 8) + (28 if note else 8)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" font-family="{FONT}" font-size="11" fill="#475569">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="{GAP:g}" y="30" font-size="16" font-weight="600" fill="#0f172a">{escape(title)}</text>',
        *(text for _, text in legend),
    ]
    for number, panel in enumerate(figure.panels):
        x, y = GAP + (number % columns) * (WIDTH + GAP), above + (number // columns) * (HEIGHT + HEAD + 8)
        name = escape(_cut(panel.title, 52))
        head = f'<text y="16" font-size="13" font-weight="600" fill="#0f172a">{name}</text>'
        parts.append(f'<g transform="translate({x:g} {y:g})">{head}<g transform="translate(0 {HEAD:g})">')
        parts += [*_inside(panel), "</g></g>"]
    parts += [f'<text x="{GAP:g}" y="{height - 10:g}">{escape(note)}</text>'] if note else []
    return "\n".join([*parts, "</svg>"]) + "\n"


def as_panel(panel: Panel) -> str:
    """For a page: it grows with its place, and its texts follow the style sheet."""
    start = f'<svg class="m-chart" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(panel.about)}">'
    return "".join([start, *_inside(panel), "</svg>"])


def as_sign(key: Key) -> str:
    """A contender's line and mark, for a legend."""
    line = f'<line x1="0" x2="26" y1="7" y2="7" stroke="{key.colour}" stroke-width="{_thick(key)}"/>'
    return f'<svg width="26" height="14" aria-hidden="true">{line}{_shape(key, 13, 7)}</svg>'


def _inside(panel: Panel) -> Iterator[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    for tick in panel.y_ticks:
        ends = f'x1="{LEFT:g}" x2="{right:g}" y1="{tick.at}" y2="{tick.at}"'
        yield f'<line {ends} stroke="#94a3b8" stroke-opacity="0.3"/>'
        yield f'<text x="{LEFT - 6:g}" y="{tick.at + 4:g}" text-anchor="end">{tick.text}</text>'
    yield f'<line x1="{LEFT:g}" x2="{right:g}" y1="{bottom:g}" y2="{bottom:g}" stroke="#94a3b8"/>'
    for tick in panel.x_ticks:
        yield f'<line x1="{tick.at}" x2="{tick.at}" y1="{bottom:g}" y2="{bottom + 4:g}" stroke="#94a3b8"/>'
        yield f'<text x="{tick.at}" y="{bottom + 16:g}" text-anchor="middle">{tick.text}</text>'
    yield f'<text x="{(LEFT + right) / 2:g}" y="{HEIGHT - 6:g}" text-anchor="middle">rows (logarithmic)</text>'
    if panel.limit is not None:
        yield (
            f'<line x1="{LEFT:g}" x2="{right:g}" y1="{panel.limit.at}" y2="{panel.limit.at}" stroke="#dc2626" '
            f'stroke-width="1.5" stroke-dasharray="5 4"/><text x="{right:g}" y="{max(panel.limit.at - 5, TOP + 4):g}" '
            f'text-anchor="end">{escape(panel.limit.text)}</text>'
        )
    for line in panel.lines:
        yield from _line(line)


def _line(line: Drawn) -> Iterator[str]:
    key = line.key
    yield f'<path d="{line.path}" fill="none" stroke="{key.colour}" stroke-width="{_thick(key)}"/>'
    for mark in line.marks:
        yield f"<g><title>{escape(mark.title)}</title>{_bar(mark, key)}{_shape(key, mark.x, mark.y)}</g>"


def _bar(mark: Mark, key: Key) -> str:
    x, low, high = mark.x, mark.low, mark.high
    path = f"M{x:g} {low:g}V{high:g}M{x - 3:g} {low:g}h6M{x - 3:g} {high:g}h6"
    return f'<path d="{path}" fill="none" stroke="{key.colour}" stroke-opacity="0.65"/>'


def _shape(key: Key, x: float, y: float) -> str:
    match key.shape:
        case "square":
            return f'<rect x="{x - 3.2:g}" y="{y - 3.2:g}" width="6.4" height="6.4" fill="{key.colour}"/>'
        case "diamond":
            return f'<path d="M{x:g} {y - 4.4:g}l4.4 4.4l-4.4 4.4l-4.4-4.4z" fill="{key.colour}"/>'
        case "triangle":
            return f'<path d="M{x:g} {y - 4.4:g}l4.2 7.6h-8.4z" fill="{key.colour}"/>'
        case _:
            return f'<circle cx="{x:g}" cy="{y:g}" r="3.6" fill="{key.colour}"/>'


def _legend(figure: Figure, width: float) -> Iterator[tuple[int, str]]:
    """(which line of the legend, its part), broken where the picture ends."""
    x, line = GAP, 0
    for key in figure.keys:
        wide = 50 + 6.6 * len(key.contender)
        if x > GAP and x + wide > width:
            x, line = GAP, line + 1
        sign = as_sign(key).replace("<svg ", f'<svg x="{x:g}" y="{44 + LINE_HEIGHT * line:g}" ', 1)
        place = f'x="{x + 32:g}" y="{55 + LINE_HEIGHT * line:g}"'
        yield line, f'{sign}<text {place} font-size="12">{escape(key.contender)}</text>'
        x += wide


def _thick(key: Key) -> str:
    return "2.4" if key.promises else "1.4"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
