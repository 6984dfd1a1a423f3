"""Which rows each step of a search looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.safety.terms import Rows


@dataclass(frozen=True, slots=True)
class Batch:
    """rows: positions. is_short: what was left over at the end of an epoch; it is too few to judge anything by."""

    epoch: int
    rows: Rows
    is_short: bool = False


def in_order(count: int, size: int, epochs: int) -> Iterator[Batch]:
    """As the rows lie: the same batches in every epoch, as in the Seldonian Engine."""
    for epoch in range(epochs):
        for start in range(0, count, size):
            rows = np.arange(start, min(start + size, count))
            yield Batch(epoch, rows, is_short=start > 0 and len(rows) < size)


def partition(strata: NDArray[np.intp], size: int, *, rng: np.random.Generator) -> list[Batch]:
    """Every row in one batch; every batch gets of every stratum its share, to the nearest row.

    Batches are of one size, to the nearest row: not above `size`, and none is short.
    """
    order = rng.permutation(len(strata))
    order = order[np.argsort(strata[order], kind="stable")]
    n_batches = -(-len(strata) // size)
    return [Batch(0, np.sort(order[first::n_batches])) for first in range(n_batches)]


def wrapped(count: int, size: int | None, *, primary: tuple[int, int, int]) -> list[list[int]]:
    """Batches of an additional data set of `count` rows beside those of the primary one: [start, end] of every step.

    primary: its size of a batch, its batches an epoch, and epochs. Where the end is reached it goes on from the
    beginning: [start, end, start, end]. It knows no epochs of its own. With one batch an epoch, it is used whole.
    ValueError for a size outside 1 to `count`.

    >>> wrapped(100, None, primary=(40, 3, 1))
    [[0, 40], [40, 80], [80, 100, 0, 20]]
    """
    primary_size, n_batches, epochs = primary
    if n_batches == 1:
        return [[0, count] for _ in range(epochs)]
    step = primary_size if size is None else size
    if not 1 <= step <= count:
        raise ValueError(f"size must be from 1 to the {count} rows of the additional data set, not {step}.")
    spans = []
    for batch in range(n_batches * epochs):
        start = batch * step % count
        end = min(start + step, count)
        left = step - (end - start)
        spans.append([start, end, 0, left] if left else [start, end])
    return spans


def rows_of(span: list[int]) -> Rows:
    """The rows of an entry of `wrapped`, in their order."""
    pairs = zip(span[::2], span[1::2], strict=True)
    return np.concatenate([np.arange(start, end) for start, end in pairs])
