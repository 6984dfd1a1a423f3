"""The network itself. Only workers import this module: it needs torch."""

from __future__ import annotations

import torch
from torch import nn


class Residual(nn.Module):
    """Samples of any shape in, logits (n, outputs) out."""

    def __init__(self, inputs: int, width: int, blocks: int, outputs: int) -> None:
        super().__init__()
        self.begin = nn.Linear(inputs, width)
        self.blocks = nn.ModuleList(nn.Linear(width, width) for _ in range(blocks))
        self.end = nn.Linear(width, outputs)

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        """Each block adds to what it is given."""
        hidden = self.begin(samples.flatten(1)).relu()
        for block in self.blocks:
            hidden = hidden + block(hidden).relu()
        return self.end(hidden)
