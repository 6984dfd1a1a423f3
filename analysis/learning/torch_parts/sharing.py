"""Processes that share one model: who they are, and what they tell each other. Nothing between them is a pickle."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, zip_longest

import numpy as np
import torch
from torch import distributed, nn

from analysis.learning.running import State
from analysis.learning.states import read_state, state_bytes
from analysis.learning.torch_parts.batches import Shard
from analysis.learning.torch_parts.evaluating import Seen, as_array
from experiments.types import Json


@dataclass(frozen=True, slots=True)
class Group:
    """The processes of a run. A process that is alone is a group of one."""

    shard: Shard = field(default_factory=Shard)
    device: torch.device | None = None

    @property
    def leads(self) -> bool:
        """Whether this is the first: the one that reports and saves."""
        return self.shard.rank == 0

    def wrapped(self, model: nn.Module) -> nn.Module:
        """The model as it is trained: with the gradients of all processes. On GPUs batch norm sees all rows, too."""
        if self.shard.world == 1:
            return model
        if self.device is not None and self.device.type == "cuda":
            shared = nn.SyncBatchNorm.convert_sync_batchnorm(model)
            return nn.parallel.DistributedDataParallel(shared, device_ids=[self.device])
        return nn.parallel.DistributedDataParallel(model)

    def exchange(self, content: bytes) -> list[bytes]:
        """What each process gave, in their order. All must ask at the same point."""
        if self.shard.world == 1:
            return [content]
        mine = torch.frombuffer(bytearray(content or b"\0"), dtype=torch.uint8).to(self.device)
        sizes = [torch.zeros(1, dtype=torch.int64, device=self.device) for _ in range(self.shard.world)]
        distributed.all_gather(sizes, torch.tensor([len(content)], device=self.device))
        longest = max(1, *(int(size) for size in sizes))
        padded = torch.zeros(longest, dtype=torch.uint8, device=self.device)
        padded[: len(mine)] = mine
        gathered = [torch.empty_like(padded) for _ in sizes]
        distributed.all_gather(gathered, padded)
        return [bytes(part[: int(size)].cpu().numpy()) for part, size in zip(gathered, sizes, strict=True)]

    def told(self, said: Json) -> Json:
        """What the first one says, in all of them."""
        if self.shard.world == 1:
            return said
        told: Json = json.loads(self.exchange(json.dumps(said).encode() if self.leads else b"")[0])
        return told

    def states(self, state: State) -> list[State]:
        """What each of them holds."""
        if self.shard.world == 1:
            return [state]
        return [read_state(content) for content in self.exchange(state_bytes(state))]

    def together(self, seen: Seen) -> Seen | None:
        """What all of them saw of a split, rows in order; None in all but the first."""
        parts = [_seen(state) for state in self.states(_written(seen))]
        return _merged(parts) if self.leads else None


@contextmanager
def joined(device: torch.device) -> Iterator[Group]:
    """The group that torchrun started; a group of one if it did not. Its processes end with it (see `sharer`)."""
    if not is_launched():
        yield Group()
        return
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    yield Group(Shard(distributed.get_rank(), distributed.get_world_size()), device)
    distributed.barrier()


def is_launched() -> bool:
    """Whether torchrun started this process."""
    return "TORCHELASTIC_RUN_ID" in os.environ


def _written(seen: Seen) -> State:
    arrays = {
        f"{kind}/{place}/{name}": as_array(tensor)
        for kind, kept in (("predictions", seen.predictions), ("targets", seen.targets))
        for name, tensors in kept.items()
        for place, tensor in enumerate(tensors)
    }
    sums = {f"sums/{name}": np.asarray(float(total)) for name, total in seen.sums.items()}
    return State({**arrays, **sums}, {"rows": seen.rows})


def _seen(state: State) -> Seen:
    seen = Seen(rows=int(str(state.values["rows"])))
    for key, array in sorted(state.arrays.items(), key=_place):
        kind, _, rest = key.partition("/")
        tensor = torch.from_numpy(np.array(array))
        if kind == "sums":
            seen.sums[rest] = tensor
        else:
            kept = seen.predictions if kind == "predictions" else seen.targets
            kept.setdefault(rest.partition("/")[2], []).append(tensor)
    return seen


def _place(entry: tuple[str, object]) -> int:
    kind, _, rest = entry[0].partition("/")
    return -1 if kind == "sums" else int(rest.partition("/")[0])


def _merged(parts: Sequence[Seen]) -> Seen:
    """Process k saw every batch k, k + n, k + 2n, …"""
    merged = Seen(rows=sum(part.rows for part in parts))
    for part in parts:
        for name, total in part.sums.items():
            merged.sums[name] = merged.sums[name] + total if name in merged.sums else total
    for kind in ("predictions", "targets"):
        kept = [getattr(part, kind) for part in parts]
        for name in kept[0]:
            turns = zip_longest(*(one.get(name, []) for one in kept))
            getattr(merged, kind)[name] = [each for each in chain.from_iterable(turns) if each is not None]
    return merged
