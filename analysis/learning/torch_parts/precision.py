"""How finely a run computes: one number type throughout, or mixed (weights in 32 bits, most of the work in 16)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch

PRECISIONS: Mapping[str, tuple[torch.dtype, torch.dtype | None]] = {
    "float32": (torch.float32, None),
    "float64": (torch.float64, None),
    "bfloat16_mixed": (torch.float32, torch.bfloat16),
    "float16_mixed": (torch.float32, torch.float16),
}


@dataclass(slots=True)
class Precision:
    """name: a key of PRECISIONS. float16_mixed scales gradients, so that small ones are not rounded to nothing."""

    name: str
    device: torch.device
    scaler: torch.amp.GradScaler

    @classmethod
    def of(cls, name: str, device: torch.device) -> Precision:
        """The scaler does nothing but for float16_mixed."""
        return cls(name, device, torch.amp.GradScaler(device.type, enabled=name == "float16_mixed"))

    @property
    def dtype(self) -> torch.dtype:
        """Of weights and samples."""
        return PRECISIONS[self.name][0]

    def computing(self) -> AbstractContextManager[object]:
        """Within it the model is asked."""
        mixed = PRECISIONS[self.name][1]
        return torch.autocast(self.device.type, dtype=mixed) if mixed is not None else nullcontext()
