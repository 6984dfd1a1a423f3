"""The tree of a constraint drawn: boxes and lines with their places, in pixels. The root is at the top."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from analysis.safety.constraints.outline import NAMES, Branch
from analysis.safety.constraints.showing import between
from analysis.safety.terms import Leaf, Operation

MARGIN: Final = 10
GAP: Final = 18
DROP: Final = 40
ROW: Final = 15
HEAD: Final = 26
LETTER: Final = 6.4  # of the small text, on average
LARGE: Final = 8.2  # of a title
SYMBOLS: Final = {"sub": "\u2212", "mult": "\u00d7", "div": "\u00f7", "pow": "x\u02b8", "abs": "|x|"}


@dataclass(frozen=True, slots=True)
class Box:
    """One node; x, y: its left upper corner. texts: lines below the title. kind: as `Branch` says."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str
    texts: tuple[str, ...]
    again: bool

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def title_y(self) -> float:
        return self.y + 18

    @property
    def lines(self) -> list[tuple[float, str]]:
        """(y, text)."""
        return [(self.y + HEAD + ROW * place + 8, text) for place, text in enumerate(self.texts)]


@dataclass(frozen=True, slots=True)
class Line:
    """From a node to one of its operands. path: as SVG writes it; x, y, anchor: of its label, the needed sides."""

    path: str
    x: float
    y: float
    label: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is to be drawn, in pixels. words: the same, to be read aloud."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    words: str


def draw(root: Branch) -> Picture:
    """The tree with its sides, shares and intervals."""
    levels = _levels(root)
    placed = list(_placed(root, MARGIN, levels, 0))
    boxes = tuple(box for box, _ in placed)
    lines = tuple(line for _, found in placed for line in found)
    bottom = max(box.y + box.height for box in boxes)
    return Picture(_span(root) + 2 * MARGIN, bottom + MARGIN, boxes, lines, _words(root))


def _levels(root: Branch) -> list[float]:
    """The upper edge of each level."""
    heights: dict[int, float] = {}
    for depth, branch in root.walk():
        heights[depth] = max(heights.get(depth, 0), _height(branch))
    tops = [float(MARGIN)]
    for depth in range(len(heights) - 1):
        tops.append(tops[-1] + heights[depth] + DROP)
    return tops


def _placed(branch: Branch, left: float, levels: list[float], depth: int) -> Iterator[tuple[Box, tuple[Line, ...]]]:
    """A box with the lines that go down from it, then everything below."""
    box = _box(branch, left + (_span(branch) - _width(branch)) / 2, levels[depth])
    left += (_span(branch) - _below(branch)) / 2
    lines, later = [], list[tuple[Box, tuple[Line, ...]]]()
    for child in branch.children:
        found = list(_placed(child, left, levels, depth + 1))
        lines.append(_line(box, found[0][0], child))
        later.extend(found)
        left += _span(child) + GAP
    yield box, tuple(lines)
    yield from later


def _box(branch: Branch, x: float, y: float) -> Box:
    size = _width(branch), _height(branch)
    return Box(x, y, *size, branch.kind, _title(branch), tuple(_texts(branch)), branch.again)


def _line(parent: Box, child: Box, branch: Branch) -> Line:
    start, end = parent.y + parent.height, child.y
    bend = (start + end) / 2
    path = f"M{parent.middle:g} {start:g}C{parent.middle:g} {bend:g} {child.middle:g} {bend:g} {child.middle:g} {end:g}"
    label = "both" if len(branch.sides) > 1 else "".join(branch.sides)
    is_left = child.middle < parent.middle
    return Line(path, child.middle + (-6 if is_left else 6), end - 6, label, "end" if is_left else "start")


def _title(branch: Branch) -> str:
    node = branch.node
    if isinstance(node, Operation):
        return SYMBOLS.get(node.operator, branch.title)
    if isinstance(node, Leaf):
        indices = f"_[{','.join(map(str, node.quantity.indices))}]" if node.quantity.indices else ""
        return f"{node.quantity.measure}{indices}"
    return branch.title


def _texts(branch: Branch) -> Iterator[str]:
    node = branch.node
    if isinstance(node, Operation):
        yield NAMES[node.operator][1]
    if isinstance(node, Leaf) and node.quantity.where:
        yield f"in {' and '.join(node.quantity.where)}"
    if branch.again:
        yield "bounded once"
    else:
        yield from (f"{side} \u03b4 {delta:.4g}" for side, delta in branch.spent.items())
    if branch.interval is not None:
        yield between(branch.interval)


def _width(branch: Branch) -> float:
    longest = max((len(text) * LETTER for text in _texts(branch)), default=0.0)
    return round(max(48.0, longest, len(_title(branch)) * LARGE) + 18)


def _height(branch: Branch) -> float:
    count = sum(1 for _ in _texts(branch))
    return HEAD + ROW * count + (4 if count else 0)


def _below(branch: Branch) -> float:
    """The width that the children take together."""
    return sum(_span(child) + GAP for child in branch.children) - GAP if branch.children else 0.0


def _span(branch: Branch) -> float:
    """The width that it takes with everything below it."""
    return max(_width(branch), _below(branch))


def _words(root: Branch) -> str:
    return " ".join(
        f"{branch.title}{f' ({chr(44).join(branch.sides)})' if branch.sides else ''}." for _, branch in root.walk()
    )
