"""A run while it lasts: the built model with everything that moves it, and its state as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import nn

from analysis.learning.running import State
from analysis.learning.torch_parts.batches import Batches
from analysis.learning.torch_parts.chance import chance_state, restore_chance
from analysis.learning.torch_parts.optimisers import OptimiserSet
from analysis.learning.torch_parts.packing import Arrays, pack, unpack
from analysis.learning.torch_parts.precision import Precision
from analysis.learning.torch_parts.schedules import Moving
from analysis.learning.torch_parts.sharing import Group
from experiments.types import JsonObject

FORMAT = "torch-1"


@dataclass(frozen=True, slots=True)
class Session:
    """model: bare, never wrapped for several processes. batches: by split."""

    model: nn.Module
    optimisers: OptimiserSet
    moving: Moving | None
    precision: Precision
    batches: Mapping[str, Batches]
    device: torch.device

    def state(self, group: Group, more: JsonObject) -> State:
        """All that the next epoch depends on. more: plain values that are kept with it."""
        arrays: Arrays = {}
        chances = group.states(State({name: part.numpy() for name, part in chance_state(self.device).items()}))
        tree = {
            "model": self.model.state_dict(),
            "optimisers": self.optimisers.state(),
            "schedules": self.moving.state() if self.moving else None,
            "scaler": self.precision.scaler.state_dict(),
            "chance": [{name: torch.from_numpy(part) for name, part in each.arrays.items()} for each in chances],
        }
        packed = {name: pack(part, arrays, name) for name, part in tree.items()}
        return State(arrays, {"format": FORMAT, "torch": packed, **more})

    def restore(self, state: State, group: Group) -> None:
        """Go on from there. ValueError if that was not written by this kind of trainer."""
        written = state.values.get("torch")
        if state.values.get("format") != FORMAT or not isinstance(written, Mapping):
            raise ValueError("This checkpoint was not written by a torch trainer: start the run from the beginning.")
        parts = {name: unpack(part, state.arrays) for name, part in written.items()}
        self.model.load_state_dict(_mapping(parts["model"]))
        self.optimisers.restore(_mapping(parts["optimisers"]))
        if self.moving and parts["schedules"] is not None:
            self.moving.restore(_mapping(parts["schedules"]))
        self.precision.scaler.load_state_dict(_mapping(parts["scaler"]) or self.precision.scaler.state_dict())
        chances = parts["chance"]
        if isinstance(chances, list) and group.shard.rank < len(chances):
            restore_chance(_mapping(chances[group.shard.rank]), self.device)


def _mapping(part: object) -> dict[str, torch.Tensor]:
    if not isinstance(part, dict):
        raise ValueError(f"A part of this checkpoint is no mapping but {type(part).__name__}.")
    return part
