"""A small neural network of numpy: layers forwards and back, no further package."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from analysis.learning.components import ListOf, OneOf, Whole
from analysis.learning.members import takes
from analysis.learning.models.network import Network
from analysis.learning.running import State
from analysis.safety.models.family import MODELS, Family
from analysis.safety.models.links import sigmoid, softmax
from analysis.safety.models.trees import SUPERVISED
from analysis.safety.terms import Array, Fitted, Regime, Samples
from experiments.types import Json, JsonObject


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """Features minus their mean, in units of their spread: learnt from the candidate rows. Both of shape (d,)."""

    mean: Array
    spread: Array

    def of(self, features: Array) -> Array:
        return np.asarray((features - self.mean) / self.spread)


def scale_of(features: Array) -> Scale:
    """1 where a feature does not vary."""
    spread = features.std(axis=0)
    return Scale(features.mean(axis=0), np.where(spread > 0, spread, 1.0))


class FittedNetwork:
    """theta: weights and biases, layer after layer, laid flat. Outputs: a number, or probabilities."""

    def __init__(self, network: Network, features: Array, classes: int) -> None:
        self.network, self.features, self.classes = network, features, classes
        self.sizes = [features.shape[1], *network.hidden, classes if classes > 2 else 1]
        self.size = sum((into + 1) * out for into, out in zip(self.sizes, self.sizes[1:], strict=False))

    def outputs(self, theta: Array) -> Array:
        scores = self.network.outputs(self.weights(theta), self.features)
        if self.classes > 2:
            return softmax(scores)
        return sigmoid(scores[:, 0]) if self.classes else scores[:, 0]

    def pull(self, theta: Array, outputs: Array, weights: Array) -> Array:
        by_name = self.weights(theta)
        layers, masks = self.network.forward(by_name, self.features, None)
        found = self.network.gradients(by_name, layers, self._by_scores(outputs, weights), masks)
        return np.concatenate([found[name].reshape(-1) for name in by_name])

    def _by_scores(self, outputs: Array, weights: Array) -> Array:
        if self.classes > 2:
            by_scores = outputs * weights
            return np.asarray(by_scores - outputs * by_scores.sum(axis=1, keepdims=True))
        return np.asarray(weights * outputs * (1.0 - outputs) if self.classes else weights)[:, None]

    def weights(self, theta: Array) -> dict[str, Array]:
        """By layer: `weights.i` (in, out) and `biases.i` (out,)."""
        found, at = {}, 0
        for layer, (into, out) in enumerate(zip(self.sizes, self.sizes[1:], strict=False)):
            found[f"weights.{layer}"] = theta[at : at + into * out].reshape(into, out)
            found[f"biases.{layer}"] = theta[at + into * out : at + (into + 1) * out]
            at += (into + 1) * out
        return found


@dataclass(frozen=True, eq=False)
class ScaledNetwork(Family):
    """A network over features in the scale of the candidate rows. beginning: theta as fitted without constraints."""

    name: ClassVar[str] = "scaled_network"
    regimes: ClassVar[frozenset[Regime]] = SUPERVISED

    network: Network
    scale: Scale
    beginning: Array = field(default_factory=lambda: np.zeros(0))

    def over(self, features: Array, *, classes: int) -> Fitted:
        return FittedNetwork(self.network, self.scale.of(features), classes)

    def start(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Array:
        return self.beginning

    def kept(self) -> State:
        hidden: list[Json] = list(self.network.hidden)
        arrays = {"mean": self.scale.mean, "spread": self.scale.spread}
        return State(arrays, {"type": self.name, "hidden": hidden, "activation": self.network.activation})

    @classmethod
    def restored(cls, state: State) -> ScaledNetwork:
        """What `kept` gave."""
        hidden = state.values["hidden"]
        sizes = tuple(int(str(size)) for size in hidden) if isinstance(hidden, list | tuple) else ()
        scale = Scale(state.arrays["mean"].astype(np.float64), state.arrays["spread"].astype(np.float64))
        return cls(Network(sizes, str(state.values["activation"])), scale)


@MODELS.register
@dataclass(frozen=True)
class NeuralNetwork(Family):
    """A multi-layer perceptron of numpy. Starts from scikit-learn's, fitted without constraints.

    Hundreds of parameters: choose an optimiser that follows the gradient (adam), not sqp.
    """

    name: ClassVar[str] = "network"
    example: ClassVar[JsonObject] = {"type": "network", "hidden": [16]}
    regimes: ClassVar[frozenset[Regime]] = SUPERVISED

    hidden: tuple[int, ...] = takes(ListOf(Whole(1, 10_000)), "Neurons of each hidden layer.", (16,), [16])
    activation: str = takes(OneOf("relu", "tanh", "logistic"), "After each hidden layer.", "tanh")
    epochs: int = takes(Whole(1, 10_000), "Passes of the beginning, before constraints come in.", 200)

    def shaped(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Family:
        scale, network = scale_of(samples.features), Network(self.hidden, self.activation)
        scaled = scale.of(samples.features)
        if classes and len(np.unique(samples.labels)) < classes:
            by_name = network.initial(scaled.shape[1], classes if classes > 2 else 1, rng)
            return ScaledNetwork(network, scale, np.concatenate([part.reshape(-1) for part in by_name.values()]))
        return ScaledNetwork(network, scale, self._fitted(scaled, samples.labels, classes, int(rng.integers(2**31))))

    def _fitted(self, scaled: Array, labels: Array, classes: int, seed: int) -> Array:
        """theta of scikit-learn's, fitted without constraints."""
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.neural_network import MLPClassifier, MLPRegressor

        fitted = (MLPClassifier if classes else MLPRegressor)(
            hidden_layer_sizes=self.hidden, activation=self.activation, max_iter=self.epochs, random_state=seed
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # it is only a beginning
            fitted.fit(scaled, labels)
        pairs = zip(fitted.coefs_, fitted.intercepts_, strict=True)
        return np.concatenate([part.reshape(-1) for pair in pairs for part in pair])
