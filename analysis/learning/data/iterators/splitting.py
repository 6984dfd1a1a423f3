"""A data set cut into parts: at random, with the classes in proportion, or with groups kept whole."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from analysis.learning.data.dataset import Dataset, Splits
from analysis.learning.data.samples import Array, Rows
from analysis.learning.seeds import permutation

REST = "rest"


def split(
    dataset: Dataset, parts: Mapping[str, float | str], *, seed: int, stratified: bool = False, together: str = ""
) -> Splits:
    """Disjoint parts that hold every row. parts: a share in (0, 1), a number of rows, or `rest` for one of them.

    Sizes are exact. stratified: by tags, each class is in each part within one row of its share. together: a column;
    rows with the same value stay in one part, and sizes are as near as that allows. ValueError if the parts do not add
    up to the data set.
    """
    sizes = part_sizes(parts, len(dataset))
    ends = np.cumsum([0, *sizes.values()])
    if together:
        return Splits(dict(zip(sizes, _whole_groups(dataset, ends, seed, together), strict=True)))
    order = in_proportion(dataset.tags, seed) if stratified else permutation(len(dataset), seed, "split")
    rows = [order[start:end] for start, end in pairwise(ends)]
    return Splits({name: dataset.view(part) for name, part in zip(sizes, rows, strict=True)})


def part_sizes(parts: Mapping[str, float | str], n: int) -> dict[str, int]:
    """Rows of each part; what rounding leaves goes to the last share, or to `rest`. ValueError unless they make n.

    >>> part_sizes({"train": 0.7, "validation": 0.3}, 1501)
    {'train': 1050, 'validation': 451}
    >>> part_sizes({"rest": "rest", "test": 297}, 1797)
    {'rest': 1500, 'test': 297}
    """
    sizes = {name: _size(part, n) for name, part in parts.items()}
    open_parts = [name for name, part in parts.items() if part == REST]
    left = n - sum(sizes.values())
    if rounded := _rounded(parts):
        sizes[rounded] += left
    if sum(sizes.values()) != n or len(open_parts) > 1 or min(sizes.values(), default=0) < 0:
        raise ValueError(
            f"The parts {dict(parts)} do not add up to {n} rows: shares add up to 1, numbers to all rows, or "
            f"one part is “{REST}”."
        )
    return sizes


def _rounded(parts: Mapping[str, float | str]) -> str | None:
    """The part that takes what is left over: `rest`, or the last of shares that add up to 1."""
    if rest := [name for name, part in parts.items() if part == REST]:
        return rest[0]
    shares = {name: part for name, part in parts.items() if not isinstance(part, str) and part < 1}
    is_whole = len(shares) == len(parts) and abs(sum(shares.values()) - 1) < 1e-9
    return [*shares][-1] if is_whole else None


def _size(part: float | str, n: int) -> int:
    if isinstance(part, str):
        return 0
    return int(part * n + 1e-9) if part < 1 else int(part)


def in_proportion(tags: Array, seed: int) -> Rows:
    """All rows in an order of which every stretch holds the classes in proportion, within one row each.

    Within a class the order is random; its row i of m stands at (i + 1/2) / m.
    """
    shuffled = permutation(len(tags), seed, "split")
    _, classes, counts = np.unique(tags[shuffled], return_inverse=True, return_counts=True)
    rank = np.empty(len(tags), dtype=np.int64)
    for number in range(len(counts)):
        rank[classes == number] = np.arange(counts[number])
    return shuffled[np.argsort((rank + 0.5) / counts[classes], kind="stable")]


def _whole_groups(dataset: Dataset, ends: Array, seed: int, column: str) -> list[Dataset]:
    """Groups in a random order; each goes where its middle falls."""
    _, group, counts = np.unique(dataset.column(column), return_inverse=True, return_counts=True)
    order = permutation(len(counts), seed, "split")
    middle = np.empty(len(counts))
    middle[order] = np.cumsum(counts[order]) - counts[order] / 2
    part = np.searchsorted(ends[1:], middle, side="right")
    return [dataset.view(np.flatnonzero(part[group] == number)) for number in range(len(ends) - 1)]
