"""A chart as a file: SVG, which needs nothing, or PNG, which needs Pillow."""

from collections.abc import Sequence
from html import escape
from io import BytesIO
from itertools import accumulate, cycle, pairwise
from math import hypot
from typing import TYPE_CHECKING

from bandits.regret_chart import HEIGHT, INK, WIDTH, Area, Line, Point, Shape, Text

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

PALENESS = 0.12
FINER = 3  # the PNG is drawn so many times larger, then made smaller: smooth lines


def as_svg(shapes: Sequence[Shape], title: str) -> str:
    """One SVG, to be read out as its title."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="13" role="img" aria-label="{escape(title)}">\n<rect width="100%" height="100%" fill="#fff"/>'
    )
    return "\n".join([head, *(_svg(shape) for shape in shapes), "</svg>"]) + "\n"


def _svg(shape: Shape) -> str:
    if isinstance(shape, Text):
        bold = f' font-size="{shape.size}" font-weight="600"' if shape.is_bold else ""
        x, y = shape.at
        return f'<text x="{x}" y="{y}" text-anchor="{shape.anchor}" fill="{INK}"{bold}>{escape(shape.words)}</text>'
    points = " ".join(f"{x},{y}" for x, y in shape.points)
    if isinstance(shape, Area):
        return f'<polygon points="{points}" fill="{shape.colour}" opacity="{PALENESS}"/>'
    dash = f' stroke-dasharray="{" ".join(map(str, shape.dash))}"' if shape.dash else ""
    return f'<polyline points="{points}" fill="none" stroke="{shape.colour}" stroke-width="{shape.width}"{dash}/>'


def as_png(shapes: Sequence[Shape]) -> bytes:
    """The same as PNG, twice as large as the SVG's own size."""
    from PIL import Image, ImageDraw  # only when somebody wants a PNG

    size = (WIDTH * FINER, HEIGHT * FINER)
    picture = Image.new("RGB", size, "white")
    for shape in shapes:
        if isinstance(shape, Area):
            over = Image.new("L", size, 0)
            ImageDraw.Draw(over).polygon(_finer(shape.points), fill=round(255 * PALENESS))
            picture.paste(Image.new("RGB", size, shape.colour), mask=over)
        else:
            _draw(ImageDraw.Draw(picture), shape)
    file = BytesIO()
    picture.resize((WIDTH * 2, HEIGHT * 2), Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()


def _draw(on: "ImageDraw", shape: Line | Text) -> None:
    if isinstance(shape, Line):
        for piece in dashed(shape.points, shape.dash):
            on.line(_finer(piece), fill=shape.colour, width=round(shape.width * FINER), joint="curve")
        return
    from PIL import ImageFont

    font = ImageFont.load_default(shape.size * FINER)
    anchor = {"start": "ls", "middle": "ms", "end": "rs"}[shape.anchor]
    on.text(_finer([shape.at])[0], shape.words, fill=INK, font=font, anchor=anchor, stroke_width=int(shape.is_bold))


def _finer(points: Sequence[Point]) -> list[Point]:
    return [(x * FINER, y * FINER) for x, y in points]


def dashed(points: Sequence[Point], dash: Sequence[int]) -> list[list[Point]]:
    """The line in pieces, as a dash pattern cuts it.

    >>> dashed([(0, 0), (10, 0)], (4, 3))
    [[(0.0, 0.0), (4.0, 0.0)], [(7.0, 0.0), (10.0, 0.0)]]
    """
    if not dash:
        return [list(points)]
    along = [0.0, *accumulate(hypot(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(points))]
    pieces: list[list[Point]] = []
    start, is_drawn = 0.0, True
    for length in cycle(dash):
        if start >= along[-1]:
            return pieces
        end = min(start + length, along[-1])
        if is_drawn:
            inner = [(float(x), float(y)) for (x, y), at in zip(points, along, strict=True) if start < at < end]
            pieces.append([_at(points, along, start), *inner, _at(points, along, end)])
        start, is_drawn = end, not is_drawn
    return pieces


def _at(points: Sequence[Point], along: Sequence[float], distance: float) -> Point:
    place = next((i for i in range(1, len(along)) if along[i] >= distance), len(along) - 1)
    (x1, y1), (x2, y2) = points[place - 1], points[place]
    part = (distance - along[place - 1]) / ((along[place] - along[place - 1]) or 1)
    return x1 + part * (x2 - x1), y1 + part * (y2 - y1)
