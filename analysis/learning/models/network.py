"""Layers of neurons, forwards and back: softmax regression (no hidden layer) and multi-layer perceptrons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.learning.models.activations import ACTIVATIONS, Activation, Reals

Weights = dict[str, Reals]


@dataclass(frozen=True, slots=True)
class Network:
    """What it looks like; its weights are kept apart. hidden: neurons of each hidden layer. dropout: share of a hidden
    layer's outputs that are left out in training.
    """

    hidden: tuple[int, ...] = ()
    activation: str = "relu"
    dropout: float = 0.0

    def initial(self, inputs: int, outputs: int, rng: np.random.Generator) -> Weights:
        """Uniform in ± sqrt(3 gain / inputs) (He for relu, Glorot's fan-in form else); biases are 0.

        Weights of layer i: `weights.i` of shape (in, out), `biases.i` of shape (out,).
        """
        sizes = [inputs, *self.hidden, outputs]
        weights: Weights = {}
        for layer, (into, out) in enumerate(pairwise(sizes)):
            gain = self._activation.gain if layer < len(self.hidden) else 1.0
            limit = np.sqrt(3 * gain / into)
            weights[f"weights.{layer}"] = limit * (2 * rng.random((into, out)) - 1)
            weights[f"biases.{layer}"] = np.zeros(out)
        return weights

    def outputs(self, weights: Mapping[str, Reals], samples: Reals) -> Reals:
        """samples: shape (n, inputs); result: shape (n, outputs), before any softmax."""
        return self._layers(weights, samples, [None] * len(self.hidden))[-1]

    def gradients(
        self,
        weights: Mapping[str, Reals],
        layers: Sequence[Reals],
        slope: Reals,
        masks: Sequence[Reals | None],
    ) -> Weights:
        """Of the loss by every weight. slope: by the outputs, shape (n, outputs), divided by n for a mean."""
        found: Weights = {}
        for layer in reversed(range(len(layers) - 1)):
            found[f"weights.{layer}"] = layers[layer].T @ slope
            found[f"biases.{layer}"] = slope.sum(axis=0)
            if layer:
                slope = self._back(slope @ weights[f"weights.{layer}"].T, layers[layer], masks[layer - 1])
        return found

    def forward(
        self, weights: Mapping[str, Reals], samples: Reals, rng: np.random.Generator | None
    ) -> tuple[list[Reals], list[Reals | None]]:
        """In training: what every layer gives, the samples first, and which outputs were left out (None: none)."""
        masks = [self._mask((len(samples), size), rng) for size in self.hidden]
        return self._layers(weights, samples, masks), masks

    def _layers(self, weights: Mapping[str, Reals], samples: Reals, masks: Sequence[Reals | None]) -> list[Reals]:
        layers = [samples]
        for layer, mask in enumerate([*masks, None]):
            out = layers[-1] @ weights[f"weights.{layer}"] + weights[f"biases.{layer}"]
            if layer < len(self.hidden):
                out = self._activation.value(out)
                out = out if mask is None else out * mask
            layers.append(out)
        return layers

    def _back(self, slope: Reals, given: Reals, mask: Reals | None) -> Reals:
        """Through activation and dropout: what was left out has no slope, the rest was enlarged."""
        if mask is None:
            return slope * self._activation.slope(given)
        enlarged = 1 / (1 - self.dropout)
        return slope * mask * self._activation.slope(given / enlarged)

    def _mask(self, shape: tuple[int, int], rng: np.random.Generator | None) -> Reals | None:
        """0 where left out, 1 / (1 - dropout) elsewhere, so that the mean stays."""
        if rng is None or not self.dropout:
            return None
        return np.asarray((rng.random(shape) >= self.dropout) / (1 - self.dropout))

    @property
    def _activation(self) -> Activation:
        return ACTIVATIONS[self.activation]
