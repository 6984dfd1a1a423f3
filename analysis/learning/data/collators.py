"""What becomes of rows when they are put together in a batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from analysis.learning.data.dataset import Batch

Collator = Callable[[Batch], Batch]


def stacked(batch: Batch) -> Batch:
    """As they are."""
    return batch


@dataclass(frozen=True, slots=True)
class Flattened:
    """Each sample as one row of numbers: shape (n, ...) becomes (n, k). dtype: of the numbers."""

    dtype: str = "float64"

    def __call__(self, batch: Batch) -> Batch:
        return replace(batch, samples=batch.samples.reshape(len(batch), -1).astype(self.dtype))


@dataclass(frozen=True, slots=True)
class Padded:
    """Sequences of any length in one array: the shorter ones are filled up at the end, to the longest of the batch."""

    fill: float = 0.0
    longest: int | None = None

    def __call__(self, batch: Batch) -> Batch:
        sequences = [np.asarray(sequence)[: self.longest] for sequence in batch.samples.tolist()]
        length = max((len(sequence) for sequence in sequences), default=0)
        padded = [np.pad(one, (0, length - len(one)), constant_values=self.fill) for one in sequences]
        return replace(batch, samples=np.stack(padded))
