"""One step of an optimiser: losses of one batch or several, their gradient, clipped, and the move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
from torch import nn

from analysis.learning.torch_parts.batches import Batch, Samples
from analysis.learning.torch_parts.losses import Loss, Sum
from analysis.learning.torch_parts.optimisers import OptimiserSet
from analysis.learning.torch_parts.postprocessors import PostProcessor, applied
from analysis.learning.torch_parts.precision import Precision

Predict = Callable[[Samples], "torch.Tensor | Mapping[str, torch.Tensor]"]


@dataclass(frozen=True, slots=True)
class Clipping:
    """norm: the gradient of all weights together is at most that long. value: no number of it is larger."""

    norm: float | None = None
    value: float | None = None
    kind: float = 2.0

    def __call__(self, parameters: Sequence[nn.Parameter]) -> torch.Tensor | None:
        """Clip. The length before, if there is a limit to it."""
        if self.value is not None:
            nn.utils.clip_grad_value_(parameters, self.value)
        if self.norm is None:
            return None
        return nn.utils.clip_grad_norm_(parameters, self.norm, norm_type=self.kind)


@dataclass(slots=True)
class Stepper:
    """What a step needs. model: as it is asked, perhaps shared by several processes. processors: before the loss."""

    model: nn.Module
    loss: Loss | Sum
    optimisers: OptimiserSet
    precision: Precision
    clipping: Clipping = Clipping()
    processors: tuple[PostProcessor, ...] = ()
    world: int = 1

    def step(self, batches: Sequence[Batch]) -> torch.Tensor | None:
        """Move once by the gradient of the mean loss over all rows of these batches, as if they were one.

        The gradient's length before it was clipped, if its length is limited.
        """
        if self.optimisers.asks_again:
            return self._asked_again(batches)
        self.optimisers.zero()
        self._gradient(batches)
        length = self._clipped()
        self.optimisers.step(self.precision.scaler.step)
        self.precision.scaler.update()
        return length

    def _asked_again(self, batches: Sequence[Batch]) -> torch.Tensor | None:
        """For optimisers that compute the loss anew within a step."""

        def closure() -> torch.Tensor:
            self.optimisers.zero()
            loss = self._gradient(batches)
            self.clipping(self.optimisers.parameters)
            return loss

        self.optimisers.step(lambda part: part.step(closure))
        return None

    def _gradient(self, batches: Sequence[Batch]) -> torch.Tensor:
        """Leaves the gradient with the parameters; gives the mean loss."""
        rows = sum(batch.rows for batch in batches)
        total: torch.Tensor | None = None
        for place, batch in enumerate(batches):
            with self._alone(is_last=place == len(batches) - 1):
                with self.precision.computing():
                    # Several processes average their gradients: each counts its share `world` times.
                    loss = self._summed(batch) * (self.world / rows)
                self.precision.scaler.scale(loss).backward()
            total = loss.detach() if total is None else total + loss.detach()
        if total is None:
            raise ValueError("A step needs at least one batch.")
        return total

    def _summed(self, batch: Batch) -> torch.Tensor:
        predictions = applied(self.processors, as_mapping(self.model(batch.samples)), "train")
        return self.loss(predictions, batch.targets).sum() * (0 if batch.idle else 1)

    def _alone(self, *, is_last: bool) -> AbstractContextManager[object]:
        """Processes exchange gradients once per step, not once per batch."""
        if isinstance(self.model, nn.parallel.DistributedDataParallel) and not is_last:
            return self.model.no_sync()
        return nullcontext()

    def _clipped(self) -> torch.Tensor | None:
        if self.clipping.norm is None and self.clipping.value is None:
            return None
        for part in self.optimisers.parts.values():
            self.precision.scaler.unscale_(part)
        return self.clipping(self.optimisers.parameters)


def as_mapping(predictions: torch.Tensor | Mapping[str, torch.Tensor]) -> Mapping[str, torch.Tensor]:
    """A model's one tensor is called `output`."""
    return {"output": predictions} if isinstance(predictions, torch.Tensor) else predictions
