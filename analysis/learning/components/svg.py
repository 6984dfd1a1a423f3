"""The picture of a pipeline as an SVG file that needs nothing else."""

from __future__ import annotations

from html import escape
from typing import Final

from analysis.learning.components.picture import Box, Line, Picture

COLOURS: Final = {"data": "#0f766e", "model": "#6d28d9", "training": "#b45309", "other": "#475569"}


def as_svg(picture: Picture) -> str:
    """A file of its own."""
    size = f'width="{picture.width}" height="{picture.height}" viewBox="0 0 {picture.width} {picture.height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="system-ui, sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        '<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#64748b"/></marker></defs>',
        *(_svg_line(line) for line in picture.lines),
        *(_svg_box(box) for box in picture.boxes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _svg_line(line: Line) -> str:
    dashes = ' stroke-dasharray="5 4"' if line.is_automatic else ""
    return (
        f'<path d="{line.path}" fill="none" stroke="#64748b" stroke-width="1.5"{dashes} marker-end="url(#end)"/>'
        f'<text x="{line.x}" y="{line.y}" text-anchor="end" font-size="10" fill="#475569">{escape(line.label)}</text>'
    )


def _svg_box(box: Box) -> str:
    colour, x = COLOURS[box.family], box.text_x
    texts = "".join(
        f'<text x="{x}" y="{y}" fill="{"#b45309" if swept else "#334155"}">{escape(text)}</text>'
        for y, text, swept in box.text_lines
    )
    return (
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="6" fill="#f8fafc"'
        f' stroke="{colour}"/><rect x="{box.x}" y="{box.y}" width="5" height="{box.height}" rx="2" fill="{colour}"/>'
        f'<text x="{x}" y="{box.name_y}" font-weight="600" font-size="13" fill="#0f172a">{escape(box.name)}</text>'
        f'<text x="{x}" y="{box.title_y}" font-size="11" fill="#475569">{escape(box.title)}</text>{texts}'
    )
