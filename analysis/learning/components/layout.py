"""Where each box of a pipeline stands: columns from what is read to what is run, with few crossings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

ROUNDS = 8
GAP = "\0"  # begins the name of a bend: a place where a long line passes through a column


@dataclass(frozen=True, slots=True)
class Grid:
    """columns: names from left to right, each column from top to bottom; a name that begins with GAP is a bend.

    ways: for each line (source, target), the names that it goes through, both ends included.
    """

    columns: list[list[str]]
    ways: Mapping[tuple[str, str], list[str]]


def arrange(names: Sequence[str], lines: Sequence[tuple[str, str]]) -> Grid:
    """names: in the order in which they are preferred. lines: (source, target); those that close a circle are left out.

    >>> arrange(["data", "net", "loop"], [("data", "net"), ("net", "loop"), ("data", "loop")]).columns
    [['data'], ['net', '\\x00data>loop>1'], ['loop']]
    """
    lines = _without_circles(names, list(dict.fromkeys(lines)))
    depth = _depths(names, lines)
    deepest = max(depth.values(), default=0)
    columns: list[list[str]] = [[] for _ in range(deepest + 1)]
    for name in names:
        columns[deepest - depth[name]].append(name)
    ways = {(source, target): _way(source, target, depth) for source, target in lines}
    for way in ways.values():
        for offset, bend in enumerate(way[1:-1], 1):
            columns[deepest - depth[way[0]] + offset].append(bend)
    return Grid(_untangled(columns, ways), ways)


def _without_circles(names: Sequence[str], lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    after: dict[str, set[str]] = {name: set() for name in names}  # everything that a name leads to
    kept = []
    for source, target in lines:
        if source not in after or target not in after or source == target or source in after[target]:
            continue
        kept.append((source, target))
        reached = {target} | after[target]
        for name in after:
            if name == source or source in after[name]:
                after[name] |= reached
    return kept


def _depths(names: Sequence[str], lines: Sequence[tuple[str, str]]) -> dict[str, int]:
    """How many lines lead from each name to the end, on the longest way."""
    depth = dict.fromkeys(names, 0)
    for _ in names:
        before = dict(depth)
        for source, target in lines:
            depth[source] = max(depth[source], depth[target] + 1)
        if depth == before:
            break
    return depth


def _way(source: str, target: str, depth: Mapping[str, int]) -> list[str]:
    bends = range(1, depth[source] - depth[target])
    return [source, *(f"{GAP}{source}>{target}>{bend}" for bend in bends), target]


def _untangled(columns: list[list[str]], ways: Mapping[tuple[str, str], list[str]]) -> list[list[str]]:
    """Each name is moved to the middle of its neighbours, from left to right and back."""
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for way in ways.values():
        for left, right in pairwise(way):
            before.setdefault(right, []).append(left)
            after.setdefault(left, []).append(right)
    for round_ in range(ROUNDS):
        neighbours = before if round_ % 2 == 0 else after
        order = columns if round_ % 2 == 0 else columns[::-1]
        for previous, column in pairwise(order):
            places = {name: index / max(1, len(previous) - 1) for index, name in enumerate(previous)}
            own = {name: index / max(1, len(column) - 1) for index, name in enumerate(column)}
            column.sort(key=lambda name: _middle(name, neighbours, places, own))
    return columns


def _middle(
    name: str, neighbours: Mapping[str, list[str]], places: Mapping[str, float], own: Mapping[str, float]
) -> float:
    found = [places[each] for each in neighbours.get(name, ()) if each in places]
    return fmean(found) if found else own[name]
