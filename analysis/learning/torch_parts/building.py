"""A model before it is built, and how it comes to be."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from analysis.learning.models.targets import Aim, Classes
from analysis.learning.torch_parts.batches import Reading, Samples
from analysis.learning.torch_parts.chance import borrowed
from analysis.learning.torch_parts.evaluating import asking
from analysis.learning.torch_parts.losses import Loss
from analysis.learning.torch_parts.models import MODELS, Sizes
from experiments.types import Json, JsonObject


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """kind: a key of MODELS. config: what it was told. seed: where its first weights come from."""

    kind: str
    config: JsonObject
    seed: int

    def build(self, sizes: Sizes) -> nn.Module:
        """With fresh weights, which follow from the seed alone."""
        with borrowed(self.seed, torch.device("cpu")):
            return MODELS[self.kind](sizes, self.config)


def built(model: ModelPlan | nn.Module, reading: Reading) -> tuple[nn.Module, Json]:
    """The model, and how to build it again: null for somebody's own module, which only its own component can build.

    Sizes follow from the first batch. ValueError if a plan of ours is given samples of several tensors.
    """
    samples, _ = reading[next(iter(reading.loader.rows(1)))]
    again: Json = None
    if isinstance(model, ModelPlan):
        sizes = _sizes(samples, reading.aim)
        made = model.build(sizes)
        again = {"kind": model.kind, "config": model.config, "shape": list(sizes.shape), "outputs": sizes.outputs}
    else:
        made = model
    if any(nn.parameter.is_lazy(part) for part in made.parameters()):
        with asking(made), torch.no_grad():  # lazy layers learn their sizes from a first look
            made(samples)
    return made, again


def usual_loss(aim: Aim) -> Loss:
    """Cross-entropy for labels, the squared difference for numbers."""
    return Loss("cross_entropy" if isinstance(aim, Classes) else "mse", "loss", {})


def _sizes(samples: Samples, aim: Aim) -> Sizes:
    if not isinstance(samples, torch.Tensor):
        raise ValueError("A model of ours takes samples of one tensor: write a component of your own for several.")
    return Sizes(tuple(samples.shape[1:]), aim.outputs)
