"""Rows of a split as torch's batches.

Which rows a batch holds follows from the epoch's number alone (`data.loading`), so that a run which goes on meets
exactly what it would have met.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import torch

from analysis.learning.data.collators import stacked
from analysis.learning.data.loading import Loader
from analysis.learning.models.targets import Aim

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.learning.data.dataset import Batch as Taken
    from analysis.learning.data.samples import Rows

Samples: TypeAlias = torch.Tensor | Mapping[str, torch.Tensor]
Pair: TypeAlias = tuple[Samples, torch.Tensor]
HELD_BYTES = 2**28  # of a split that is kept as tensors without being asked to


@dataclass(frozen=True, slots=True)
class Batch:
    """samples: shape (n, ...), one tensor or several by name. targets: by name.

    rows: of the batch in all processes together. idle: this process has none of them, and one row stands in.
    """

    samples: Samples
    targets: Mapping[str, torch.Tensor]
    rows: int
    idle: bool = False


@dataclass(frozen=True, slots=True)
class Shard:
    """This process among those that share every batch."""

    rank: int = 0
    world: int = 1

    def own(self, rows: Rows) -> Rows:
        """Its part; one row that does not count if there are fewer rows than processes."""
        if self.world == 1:
            return rows
        own = rows[self.rank :: self.world]
        return own if len(own) else rows[:1]


@dataclass(frozen=True, slots=True)
class Reading:
    """How rows become tensors. aim: turns labels into numbers, as the loss wants them."""

    loader: Loader
    aim: Aim
    dtype: torch.dtype

    def __getitem__(self, rows: Rows) -> Pair:
        """Samples: floats in that type, whole numbers as 64 bits. ValueError for texts: torch has none."""
        taken: Taken = self.loader.collate(self.loader.dataset.take(rows))
        targets = tensor_of(self.aim.coded(taken.targets), self.dtype)
        if isinstance(taken.samples, Mapping):
            return {name: tensor_of(part, self.dtype) for name, part in taken.samples.items()}, targets
        return tensor_of(taken.samples, self.dtype), targets


class Held:
    """A split that lies in memory, or on the GPU, as tensors: a batch is an index."""

    def __init__(self, reading: Reading, device: torch.device) -> None:
        samples, targets = reading[np.arange(len(reading.loader.dataset))]
        self._samples, self._targets = _moved(samples, device), targets.to(device)

    def pairs(self, chunks: Sequence[Rows]) -> Iterator[Pair]:
        """Samples and targets of each chunk of rows."""
        for rows in chunks:
            index = torch.from_numpy(rows)
            yield _picked(self._samples, index), self._targets[index]


class Streamed:
    """A split that is read batch by batch, by other processes where there are `workers`."""

    def __init__(self, reading: Reading, device: torch.device, *, workers: int = 0) -> None:
        self._reading, self._device, self._workers = reading, device, workers

    def pairs(self, chunks: Sequence[Rows]) -> Iterator[Pair]:
        """Samples and targets of each chunk of rows; those to come are read ahead."""
        loader = torch.utils.data.DataLoader(
            self._reading, sampler=chunks, batch_size=None, num_workers=self._workers, collate_fn=_as_it_is,
            pin_memory=self._device.type == "cuda", generator=torch.Generator().manual_seed(0),
        )  # fmt: skip
        for samples, targets in loader:
            yield _moved(samples, self._device), targets.to(self._device, non_blocking=True)


@dataclass(frozen=True, slots=True)
class Batches:
    """A split in batches."""

    loader: Loader
    source: Held | Streamed
    shard: Shard = Shard()

    def __len__(self) -> int:
        """Of an epoch."""
        return len(self.loader)

    def of(self, epoch: int) -> Iterator[Batch]:
        """Those of that epoch, from 1."""
        chunks = list(self.loader.rows(epoch))
        own = [self.shard.own(rows) for rows in chunks]
        for rows, (samples, targets) in zip(chunks, self.source.pairs(own), strict=True):
            yield Batch(samples, {"target": targets}, len(rows), idle=self.shard.rank >= len(rows))

    def once(self) -> Iterator[Batch]:
        """Every row once, in order; of several processes each looks at other batches."""
        mine = list(self.loader.in_order().rows(1))[self.shard.rank :: self.shard.world]
        for rows, (samples, targets) in zip(mine, self.source.pairs(mine), strict=True):
            yield Batch(samples, {"target": targets}, len(rows))


def batches_of(reading: Reading, device: torch.device, *, workers: int = 0, shard: Shard = Shard()) -> Batches:
    """Held as tensors where that takes at most 256 MiB and nothing changes the rows of a batch; else streamed."""
    loader = reading.loader
    is_held = not workers and loader.collate is stacked and _bytes(loader) <= HELD_BYTES
    source = Held(reading, device) if is_held else Streamed(reading, device, workers=workers)
    return Batches(loader, source, shard)


def _bytes(loader: Loader) -> int:
    rows = len(loader.dataset)
    return int(np.asarray(loader.dataset.take(np.arange(1)).samples).nbytes) * rows if rows else 0


def tensor_of(array: NDArray[np.generic], dtype: torch.dtype) -> torch.Tensor:
    """Floats in that type, whole numbers as 64 bits. ValueError for texts: torch has none."""
    if array.dtype.kind not in "fiub":
        raise ValueError(f"Torch needs numbers, not {array.dtype}: map the labels or encode the features first.")
    tensor = torch.from_numpy(np.ascontiguousarray(array))
    return tensor.to(dtype if array.dtype.kind == "f" else torch.int64)


def _picked(samples: Samples, index: torch.Tensor) -> Samples:
    if isinstance(samples, Mapping):
        return {name: part[index] for name, part in samples.items()}
    return samples[index]


def _moved(samples: Samples, device: torch.device) -> Samples:
    if isinstance(samples, Mapping):
        return {name: part.to(device, non_blocking=True) for name, part in samples.items()}
    return samples.to(device, non_blocking=True)


def _as_it_is(pair: Pair) -> Pair:
    return pair
