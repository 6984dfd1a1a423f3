"""A network that learns by gradients of batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from analysis.learning.data.dataset import Batch
from analysis.learning.data.loading import Loader
from analysis.learning.models.activations import Reals
from analysis.learning.models.network import Network, Weights
from analysis.learning.models.optimisers import Optimiser, clip
from analysis.learning.models.targets import Aim, Numbers, aim_of
from analysis.learning.running import State
from analysis.learning.seeds import generator
from analysis.learning.training.learner import Scored
from experiments.types import JsonObject


@dataclass
class GradientLearner:
    """Network, optimiser, and where they are. clip_norm: longest gradient; None: any length."""

    network: Network
    optimiser: Optimiser
    clip_norm: float | None = None
    aim: Aim = field(default_factory=Numbers)
    weights: Weights = field(default_factory=dict)
    memory: Weights = field(default_factory=dict)
    steps: int = 0
    seed: int = 0

    def begin(self, loader: Loader, seed: int) -> None:
        self.aim, self.seed = aim_of(loader.dataset.targets), seed
        inputs = _flat(next(loader.in_order().batches(1))).shape[1]
        self.weights = self.network.initial(inputs, self.aim.outputs, generator(seed, "weights"))
        self.memory = self.optimiser.memory(self.weights)

    def resume(self, state: State, loader: Loader, seed: int) -> None:
        self.begin(loader, seed)
        self.weights = _part(state, "model/")
        self.memory = _part(state, "optimiser/")
        self.steps = int(str(state.values["steps"]))

    def epoch(self, loader: Loader, number: int) -> Iterator[None]:
        for batch in loader.batches(number):
            self._learn(batch)
            yield

    def _learn(self, batch: Batch) -> None:
        self.steps += 1
        samples, coded = _flat(batch), self.aim.coded(batch.targets)
        rng = generator(self.seed, "dropout", self.steps) if self.network.dropout else None
        layers, masks = self.network.forward(self.weights, samples, rng)
        slope = self.aim.slope(layers[-1], coded) / len(batch)
        gradients = self.network.gradients(self.weights, layers, slope, masks)
        if self.clip_norm is not None:
            gradients = clip(gradients, self.clip_norm)
        self.optimiser.step(self.weights, gradients, self.memory, self.steps)

    def score(self, batch: Batch) -> Scored:
        outputs = self.network.outputs(self.weights, _flat(batch))
        return Scored(self.aim.scores(outputs), self.aim.losses(outputs, self.aim.coded(batch.targets)))

    def state(self) -> State:
        arrays = {f"model/{name}": value.copy() for name, value in self.weights.items()}
        arrays |= {f"optimiser/{name}": value.copy() for name, value in self.memory.items()}
        network: JsonObject = {"hidden": list(self.network.hidden), "activation": self.network.activation}
        return State(arrays, {"predictor": "network", "network": network, "aim": self.aim.kept(), "steps": self.steps})

    def described(self) -> JsonObject:
        count = sum(value.size for value in self.weights.values())
        hidden: list[int] = list(self.network.hidden)
        return {"name": "network", "hidden": hidden, "activation": self.network.activation, "parameters": count}


def _flat(batch: Batch) -> Reals:
    return batch.samples.reshape(len(batch), -1).astype(np.float64, copy=False)


def _part(state: State, prefix: str) -> Weights:
    """Copies, so that a state that somebody keeps stays as it was."""
    chosen = {name.removeprefix(prefix): array for name, array in state.arrays.items() if name.startswith(prefix)}
    return {name: np.array(array, dtype=np.float64) for name, array in chosen.items()}
