"""A split as the model sees it now: losses averaged over its rows, metrics over all of its predictions at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from analysis.learning.torch_parts.batches import Batch
from analysis.learning.torch_parts.losses import Loss, Sum
from analysis.learning.torch_parts.postprocessors import PostProcessor, applied
from analysis.learning.torch_parts.precision import Precision
from analysis.learning.torch_parts.stepping import as_mapping

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.generic]


@dataclass(slots=True)
class Seen:
    """What was gathered over a split. sums: of each loss; predictions and targets: by name, one array per batch."""

    rows: int = 0
    sums: dict[str, torch.Tensor] = field(default_factory=dict)
    predictions: dict[str, list[torch.Tensor]] = field(default_factory=dict)
    targets: dict[str, list[torch.Tensor]] = field(default_factory=dict)

    def add(self, losses: Mapping[str, torch.Tensor], predictions: Mapping[str, torch.Tensor], batch: Batch) -> None:
        """One more batch. losses: shape (n,) each."""
        self.rows += batch.rows
        for name, values in losses.items():
            total = values.double().sum() if values.device.type != "mps" else values.sum()
            self.sums[name] = self.sums[name] + total if name in self.sums else total
        for kept, found in ((self.predictions, predictions), (self.targets, batch.targets)):
            for name, tensor in found.items():
                kept.setdefault(name, []).append(tensor)

    def means(self) -> dict[str, float]:
        """The losses, averaged over the rows."""
        return {name: float(total) / self.rows for name, total in self.sums.items()}

    def arrays(self) -> tuple[dict[str, Array], dict[str, Array]]:
        """Predictions and targets of all rows, by name."""
        return _joined(self.predictions), _joined(self.targets)


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Asks the model without training it."""

    model: nn.Module
    losses: Mapping[str, Loss | Sum]
    precision: Precision
    processors: tuple[PostProcessor, ...] = ()

    def over(self, batches: Iterator[Batch], split: str, after: Callable[[int], None]) -> Seen:
        """All of these batches. after: told the number of each, from 1."""
        seen = Seen()
        with asking(self.model), torch.inference_mode():
            for number, batch in enumerate(batches, start=1):
                with self.precision.computing():
                    predictions = applied(self.processors, as_mapping(self.model(batch.samples)), split)
                    losses = {name: loss(predictions, batch.targets) for name, loss in self.losses.items()}
                seen.add(losses, predictions, batch)
                after(number)
        return seen


@contextmanager
def asking(model: nn.Module) -> Iterator[None]:
    """Within it drop-out and batch norm do not train; afterwards the model is as it was."""
    was = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(was)


def _joined(parts: Mapping[str, list[torch.Tensor]]) -> dict[str, Array]:
    return {name: as_array(torch.cat(tensors)) for name, tensors in parts.items()}


def as_array(tensor: torch.Tensor) -> Array:
    """On the CPU; numpy has no short floats but its own, so they become 32 bits."""
    kept = tensor.detach().cpu()
    return kept.float().numpy() if kept.dtype in (torch.bfloat16, torch.float16) else kept.numpy()
