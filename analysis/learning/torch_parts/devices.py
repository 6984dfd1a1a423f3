"""Which device a run computes on. One worker, one device: `MACHINA_DEVICE` tells a worker which is its own."""

from __future__ import annotations

import os

import torch

VARIABLE = "MACHINA_DEVICE"


def choose_device(wanted: str = "auto") -> torch.device:
    """auto: the worker's own (MACHINA_DEVICE), else a GPU (under torchrun the one of this rank), else the CPU.

    ValueError if it is named and not there: a run that asked for a GPU shall not creep along on a CPU unseen.
    """
    name = os.environ.get(VARIABLE, "auto") if wanted == "auto" else wanted
    if name == "auto":
        return _best()
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ValueError(f"device must be auto, cpu, cuda, cuda:N or mps, not {name!r}.") from error
    if not _is_there(device):
        raise ValueError(f"device is {name!r}, but here are only: {', '.join(devices())}.")
    return device


def devices() -> list[str]:
    """The names of all devices here, the CPU last."""
    accelerators = [f"cuda:{number}" for number in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        accelerators.append("mps")
    return [*accelerators, "cpu"]


def _best() -> torch.device:
    there = devices()
    return torch.device(there[int(os.environ.get("LOCAL_RANK", "0")) % max(1, len(there) - 1)])


def _is_there(device: torch.device) -> bool:
    if device.type == "cuda":
        return (device.index or 0) < torch.cuda.device_count()
    return device.type in {name.split(":")[0] for name in devices()}
