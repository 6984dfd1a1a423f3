"""The picture of a constraint as an SVG file that needs nothing else."""

from __future__ import annotations

from html import escape
from typing import Final

from analysis.safety.constraints.picture import Box, Line, Picture

COLOURS: Final = {"operation": "#0f766e", "quantity": "#15803d", "number": "#b45309"}


def as_svg(picture: Picture) -> str:
    """A file of its own."""
    size = f'width="{picture.width:g}" height="{picture.height:g}" viewBox="0 0 {picture.width:g} {picture.height:g}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="system-ui, sans-serif" font-size="11">',
        f"<title>{escape(picture.words)}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        *(_svg_line(line) for line in picture.lines),
        *(_svg_box(box) for box in picture.boxes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _svg_line(line: Line) -> str:
    place = f'x="{line.x:g}" y="{line.y:g}" text-anchor="{line.anchor}"'
    return (
        f'<path d="{line.path}" fill="none" stroke="#94a3b8" stroke-width="1.5"/>'
        f'<text {place} font-size="10" fill="#64748b">{escape(line.label)}</text>'
    )


def _svg_box(box: Box) -> str:
    dashes = ' stroke-dasharray="5 4"' if box.again else ""
    texts = "".join(
        f'<text x="{box.middle:g}" y="{y:g}" text-anchor="middle" fill="#475569">{escape(text)}</text>'
        for y, text in box.lines
    )
    return (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="8" fill="#f8fafc"'
        f' stroke="{COLOURS[box.kind]}"{dashes}/><text x="{box.middle:g}" y="{box.title_y:g}" text-anchor="middle"'
        f' font-weight="600" font-size="13" fill="#0f172a">{escape(box.title)}</text>{texts}'
    )
