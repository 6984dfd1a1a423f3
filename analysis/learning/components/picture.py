"""The pipeline drawn: boxes and lines with their places, in pixels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.learning.components.layout import Grid, arrange
from analysis.learning.components.nodes import Node
from analysis.learning.components.showing import Nodes, settings_of, titles, wires_of
from analysis.learning.components.templates import has_template
from analysis.learning.components.wires import Wire

WIDTH: Final = 184
BETWEEN: Final = 66
ROW: Final = 16
HEAD: Final = 46
SPACE: Final = 22
BEND: Final = 14
PORT: Final = 24
MARGIN: Final = 12
LINES: Final = 6  # of a box, at most; what is written comes first
LETTERS: Final = 24
FAMILIES: Final = {
    "data": ("dataset", "splits", "sampler", "collator", "loader", "loaders", "transform"),
    "model": ("model", "loss", "post_processor", "metric"),
    "training": ("optimiser", "schedule", "trainer"),
}


@dataclass(frozen=True, slots=True)
class Box:
    """One component; x, y: its left upper corner. name: as much of its key as fits. lines: (text, whether swept)."""

    key: str
    name: str
    title: str
    family: str
    x: int
    y: int
    height: int
    lines: tuple[tuple[str, bool], ...]

    @property
    def width(self) -> int:
        """All are alike."""
        return WIDTH

    @property
    def text_x(self) -> int:
        """Where its texts begin."""
        return self.x + 14

    @property
    def name_y(self) -> int:
        """Of its name."""
        return self.y + 19

    @property
    def title_y(self) -> int:
        """Of its kind and type."""
        return self.y + 36

    @property
    def text_lines(self) -> list[tuple[int, str, bool]]:
        """(y, text, whether it is swept)."""
        return [(self.y + HEAD + ROW * index + 12, text, swept) for index, (text, swept) in enumerate(self.lines)]


@dataclass(frozen=True, slots=True)
class Line:
    """What one component gives to another. path: as SVG writes it; x, y: where its label begins."""

    source: str
    target: str
    label: str
    path: str
    x: int
    y: int
    is_automatic: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is to be drawn, in pixels."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def draw(nodes: Nodes) -> Picture:
    """Of all components that could be read, those with circles and missing ends included."""
    wires = [(wire, name) for name, forms in nodes.items() for wire in wires_of(forms) if wire.component in nodes]
    grid = arrange(list(nodes), [(wire.component, name) for wire, name in wires])
    drawn = [(wire, name) for wire, name in wires if (wire.component, name) in grid.ways]
    count = Counter(name for _, name in drawn)
    heights = {name: max(_height(forms), PORT * count[name] + PORT // 2) for name, forms in nodes.items()}
    sheet = _Sheet(grid, heights, _tops(grid, heights))
    boxes = [_box(name, nodes[name], sheet) for column in grid.columns for name in column if name in nodes]
    height = max((box.y + box.height for box in boxes), default=0) + MARGIN
    return Picture(_left(len(grid.columns) - 1) + WIDTH + MARGIN, height, tuple(boxes), tuple(_lines(drawn, sheet)))


@dataclass(frozen=True)
class _Sheet:
    """Where everything stands."""

    grid: Grid
    heights: Mapping[str, int]
    tops: Mapping[str, int]

    def left(self, name: str) -> int:
        return _left(next(index for index, column in enumerate(self.grid.columns) if name in column))

    def middle(self, name: str) -> int:
        return self.tops[name] + self.heights.get(name, BEND) // 2


def _left(column: int) -> int:
    return MARGIN + column * (WIDTH + BETWEEN)


def _height(forms: Sequence[Node]) -> int:
    shown = min(len(_texts(forms)), LINES)
    return HEAD + ROW * shown + (8 if shown else 0)


def _tops(grid: Grid, heights: Mapping[str, int]) -> dict[str, int]:
    """The upper edge of each box and bend: columns are stacked and stand in the middle of the tallest."""
    totals = [sum(heights.get(name, BEND) + SPACE for name in column) - SPACE for column in grid.columns]
    tallest, tops = max(totals, default=0), dict[str, int]()
    for column, total in zip(grid.columns, totals, strict=True):
        top = MARGIN + (tallest - total) // 2
        for name in column:
            tops[name] = top
            top += heights.get(name, BEND) + SPACE
    return tops


def _texts(forms: Sequence[Node]) -> list[tuple[str, bool]]:
    swept = {name for form in forms for name, value in form.config.items() if has_template(value)}
    written = {name for form in forms for name in form.config}
    return [(_fitted(f"{name}: {value}"), name in swept) for name, value in settings_of(forms) if name in written]


def _fitted(text: str, most: int = LETTERS) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _box(name: str, forms: Sequence[Node], sheet: _Sheet) -> Box:
    kind = forms[0].made.kind
    texts = _texts(forms)
    if len(texts) > LINES:
        texts = [*texts[: LINES - 1], (f"and {len(texts) - LINES + 1} more", False)]
    return Box(
        key=name,
        name=_fitted(name),
        title=_fitted(titles(forms), LETTERS + 2),
        family=next((family for family, kinds in FAMILIES.items() if kind in kinds), "other"),
        x=sheet.left(name),
        y=sheet.tops[name],
        height=sheet.heights[name],
        lines=tuple(texts),
    )


def _lines(drawn: Sequence[tuple[Wire, str]], sheet: _Sheet) -> Iterator[Line]:
    """Those that come into one box, each at its own height, in the order in which they come."""
    for target in dict.fromkeys(name for _, name in drawn):
        coming = [(wire, sheet.grid.ways[wire.component, name]) for wire, name in drawn if name == target]
        coming.sort(key=lambda one: sheet.middle(one[1][-2]))
        for number, (wire, way) in enumerate(coming, 1):
            y = sheet.tops[target] + sheet.heights[target] * number // (len(coming) + 1)
            points = [*((sheet.left(name), sheet.middle(name)) for name in way[:-1]), (sheet.left(target), y)]
            label = (points[-1][0] - 10, y - 4)
            yield Line(wire.component, target, _label(wire), _path(points), *label, wire.is_automatic)


def _label(wire: Wire) -> str:
    picked = wire.subscription if isinstance(wire.subscription, str) else ", ".join(wire.subscription or ())
    return _fitted(f"{wire.name}[{picked}]" if picked else wire.name, 16)


def _path(points: Sequence[tuple[int, int]]) -> str:
    """From the right of the first, straight through the bends, to the left of the last."""
    x, y = points[0][0] + WIDTH, points[0][1]
    path = f"M{x} {y}"
    for index, (left, top) in enumerate(points[1:], 1):
        middle = (x + left) // 2
        path += f" C{middle} {y} {middle} {top} {left} {top}"
        x, y = left, top
        if index < len(points) - 1:
            x += WIDTH
            path += f" H{x}"
    return path
