"""What PyTorch computes for `torch_module`: outputs, and their derivative by all parameters in one backward pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from analysis.learning.torch_parts.building import ModelPlan
from analysis.learning.torch_parts.chance import borrowed
from analysis.learning.torch_parts.models import Sizes
from analysis.safety.models.torch_module import Plan
from analysis.safety.terms import Array

AT_ONCE = 65_536  # rows
CPU = torch.device("cpu")


@dataclass(frozen=True, slots=True)
class Beginning:
    """How it is fitted before constraints come in."""

    epochs: int
    batch_size: int
    learning_rate: float
    seed: int
    is_number: bool


class FittedModule:
    """theta: (size,), in the order of the module's parameters. Drop-out is off, batch norm keeps what it has learnt."""

    def __init__(self, plan: Plan, buffers: Mapping[str, NDArray[np.generic]], features: Array, classes: int) -> None:
        self.module = _module(plan, 0).eval()
        for name, kept in buffers.items():
            self.module.get_buffer(name).copy_(torch.from_numpy(np.array(kept)))
        self.features = torch.from_numpy(np.ascontiguousarray(features))
        self.classes = classes
        self.shapes = {name: part.shape for name, part in self.module.named_parameters()}
        self.size = sum(shape.numel() for shape in self.shapes.values())

    def outputs(self, theta: Array) -> Array:
        parts = self._parts(torch.from_numpy(np.array(theta)))
        with torch.no_grad():
            found = [self._said(parts, chunk).numpy() for chunk in self.features.split(AT_ONCE)]
        return np.concatenate(found)

    def pull(self, theta: Array, outputs: Array, weights: Array) -> Array:
        flat = torch.from_numpy(np.array(theta)).requires_grad_()
        by_outputs = torch.from_numpy(np.ascontiguousarray(weights))
        total = torch.zeros_like(flat)
        for chunk, weight in zip(self.features.split(AT_ONCE), by_outputs.split(AT_ONCE), strict=True):
            said = self._said(self._parts(flat), chunk)
            total += torch.autograd.grad((said * weight).sum(), flat)[0]
        return np.asarray(total.numpy())

    def _said(self, parts: Mapping[str, torch.Tensor], features: torch.Tensor) -> torch.Tensor:
        scores = torch.func.functional_call(self.module, dict(parts), (features,))
        if self.classes > 2:
            return torch.softmax(scores, dim=1)
        return torch.sigmoid(scores[:, 0]) if self.classes else scores[:, 0]

    def _parts(self, theta: torch.Tensor) -> dict[str, torch.Tensor]:
        """Views of theta in the shapes of the module's parameters."""
        pieces = theta.split([shape.numel() for shape in self.shapes.values()])
        return {name: piece.view(shape) for (name, shape), piece in zip(self.shapes.items(), pieces, strict=True)}


def begun(plan: Plan, features: Array, labels: Array, wish: Beginning) -> tuple[Array, dict[str, NDArray[np.generic]]]:
    """theta and buffers of a module that was fitted without constraints: by log loss, or squared errors."""
    module = _module(plan, wish.seed)
    samples, targets = torch.from_numpy(np.ascontiguousarray(features)), torch.from_numpy(np.array(labels))
    optimiser = torch.optim.Adam(module.parameters(), lr=wish.learning_rate)
    order = torch.Generator().manual_seed(wish.seed)
    with borrowed(wish.seed, CPU):
        for _ in range(wish.epochs):
            for rows in torch.randperm(len(samples), generator=order).split(wish.batch_size):
                if len(rows) < 2:  # batch norm needs two
                    continue
                optimiser.zero_grad()
                _loss(module(samples[rows]), targets[rows], is_number=wish.is_number).backward()
                optimiser.step()
    theta = torch.cat([part.detach().reshape(-1) for part in module.parameters()]).numpy()
    return theta.copy(), {name: part.numpy().copy() for name, part in module.named_buffers() if _is_kept(module, name)}


def _loss(scores: torch.Tensor, targets: torch.Tensor, *, is_number: bool) -> torch.Tensor:
    if scores.shape[1] > 1:
        return functional.cross_entropy(scores, targets.long())
    return (functional.mse_loss if is_number else functional.binary_cross_entropy_with_logits)(scores[:, 0], targets)


def _module(plan: Plan, seed: int) -> nn.Module:
    """In double precision; layers that learn their sizes from a first look have had it."""
    sizes = Sizes((plan.inputs,), plan.outputs)
    with borrowed(seed, CPU):
        module = ModelPlan(plan.kind, plan.config, seed).build(sizes)
        if any(nn.parameter.is_lazy(part) for part in module.parameters()):
            with torch.no_grad():
                module.eval()(torch.zeros((2, plan.inputs)))
    return module.train().double()


def _is_kept(module: nn.Module, name: str) -> bool:
    """Not those that a module makes itself."""
    return name in module.state_dict()
