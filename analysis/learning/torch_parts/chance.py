"""Torch's chance, borrowed: a run seeds it, and gives it back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

Chance = dict[str, torch.Tensor]


@contextmanager
def borrowed(seed: int, device: torch.device) -> Iterator[None]:
    """Within it torch's chance (CPU and that device) follows from the seed; afterwards it goes on as before.

    A warm worker computes many runs in one process: none of them may hear of the one before it.
    """
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        yield


def chance_state(device: torch.device) -> Chance:
    """Where torch's chance stands."""
    state = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        state["cuda"] = torch.cuda.get_rng_state(device)
    return state


def restore_chance(state: Chance, device: torch.device) -> None:
    """Go on from there. A run that moves from a GPU to the CPU (or back) cannot end bit for bit the same anyway."""
    torch.set_rng_state(state["cpu"])
    if device.type == "cuda" and "cuda" in state:
        torch.cuda.set_rng_state(state["cuda"], device)
