"""How weights follow their gradients. The memory of an optimiser is arrays beside the weights; the step is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis.learning.models.activations import Reals
from analysis.learning.models.network import Weights


class Optimiser(Protocol):
    """Changes weights and memory in place."""

    def memory(self, weights: Mapping[str, Reals]) -> Weights:
        """What it remembers before the first step."""
        ...

    def step(self, weights: Weights, gradients: Mapping[str, Reals], memory: Weights, number: int) -> None:
        """One step; number: of this step, from 1."""
        ...


@dataclass(frozen=True, slots=True)
class Descent:
    """Stochastic gradient descent: v = momentum * v + g; weights -= lr * v (Nesterov: lr * (g + momentum * v)).

    weight_decay: added to the gradient as decay * weight; biases are spared. As in Sutskever et al. (2013) with the
    learning rate outside, so that it may change on the way.
    """

    learning_rate: float = 0.01
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0

    def memory(self, weights: Mapping[str, Reals]) -> Weights:
        return {name: np.zeros_like(value) for name, value in weights.items()} if self.momentum else {}

    def step(self, weights: Weights, gradients: Mapping[str, Reals], memory: Weights, number: int) -> None:
        for name, gradient in gradients.items():
            change = gradient + self.weight_decay * weights[name] if _decays(name, self.weight_decay) else gradient
            if self.momentum:
                memory[name] *= self.momentum
                memory[name] += change
                change = change + self.momentum * memory[name] if self.nesterov else memory[name]
            weights[name] -= self.learning_rate * change


@dataclass(frozen=True, slots=True)
class Adam:
    """Kingma and Ba (2015); weight_decay is decoupled, as in Loshchilov and Hutter (2019); biases are spared."""

    learning_rate: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0

    def memory(self, weights: Mapping[str, Reals]) -> Weights:
        return {
            f"{part}.{name}": np.zeros_like(value) for part in ("mean", "square") for name, value in weights.items()
        }

    def step(self, weights: Weights, gradients: Mapping[str, Reals], memory: Weights, number: int) -> None:
        for name, gradient in gradients.items():
            mean, square = memory[f"mean.{name}"], memory[f"square.{name}"]
            mean += (1 - self.beta1) * (gradient - mean)
            square += (1 - self.beta2) * (gradient**2 - square)
            change = mean / (1 - self.beta1**number)
            change /= np.sqrt(square / (1 - self.beta2**number)) + self.epsilon
            if _decays(name, self.weight_decay):
                change += self.weight_decay * weights[name]
            weights[name] -= self.learning_rate * change


def _decays(name: str, weight_decay: float) -> bool:
    return bool(weight_decay) and name.startswith("weights.")


def clip(gradients: Mapping[str, Reals], norm: float) -> dict[str, Reals]:
    """All of them made smaller alike, so that together they have at most this Euclidean norm."""
    total = float(np.sqrt(sum(float((gradient**2).sum()) for gradient in gradients.values())))
    factor = min(1.0, norm / total) if total else 1.0
    return {name: gradient * factor for name, gradient in gradients.items()}
