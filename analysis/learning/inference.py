"""Trained models that predict: made of a kept state alone, which holds the encodings of samples and the labels too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, cast

import numpy as np

from analysis.learning.data.dataset import Dataset, Origin
from analysis.learning.data.encoding import Step, restored, written
from analysis.learning.data.samples import Array
from analysis.learning.models.activations import Reals
from analysis.learning.models.network import Network
from analysis.learning.models.targets import Aim, restored_aim
from analysis.learning.running import PREDICTORS_ELSEWHERE, State
from experiments.types import Json, JsonObject


@dataclass(frozen=True, slots=True, eq=False)
class Predictor:
    """Takes samples as the data set has them.

    origin: what they look like. before: what is done to them. model: what was trained, for those who look inside.
    aim: what the scores mean.
    """

    before: tuple[Step, ...]
    model: Any
    aim: Aim
    scored: Callable[[Array], Reals]
    decided: Callable[[Array], Array] | None = None
    as_onnx: Callable[[int], bytes] | None = None
    origin: Origin = field(default_factory=Origin)

    def prepared(self, samples: Array) -> Array:
        """As the model takes them. ValueError if they have another shape than those it learnt from."""
        if self.origin.shape and samples.shape[1:] != self.origin.shape:
            raise ValueError(f"Samples must have the shape {('n', *self.origin.shape)}, not {samples.shape}.")
        for step in self.before:
            samples = step.apply(samples)
        return samples

    def scores(self, samples: Array) -> Reals:
        """shape (n, ...) in; (n, k) out: probabilities (or decisions) in the order of `labels`, or numbers."""
        return self.scored(self.prepared(samples))

    def predict(self, samples: Array) -> Array:
        """shape (n,): labels as they stand in the data set; numbers of shape (n,) or (n, k)."""
        if self.decided is not None:
            return self.decided(self.prepared(samples))
        return self.aim.predicted(self.scores(samples))

    @property
    def labels(self) -> tuple[int | float | str, ...]:
        """Of the classes; none where numbers are predicted."""
        return cast("tuple[int | float | str, ...]", getattr(self.aim, "labels", ()))


@dataclass(frozen=True, slots=True, eq=False)
class TrainedNetwork:
    """A network with its weights."""

    network: Network
    weights: Mapping[str, Reals]


Loading = Callable[[State, tuple[Step, ...], Aim], Predictor]


def predictor(state: State) -> Predictor:
    """Of a checkpoint's state. ValueError if nothing that predicts was kept in it, or something of it is missing."""
    name = state.values.get("predictor")
    loading = _loading(name)
    try:
        return _made(loading, state)
    except (LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"This state is no whole “{name}”: {type(error).__name__}: {error}.") from error


def _made(loading: Loading, state: State) -> Predictor:
    samples = _object(state.values["samples"])
    before = restored(cast("Sequence[Mapping[str, object]]", samples["steps"]))
    made = loading(state, before, restored_aim(_object(state.values["aim"])))
    return replace(made, origin=kept_origin(samples))


def _loading(name: Json | None) -> Loading:
    """Of this room, or of another that says so."""
    if isinstance(name, str) and name in PREDICTORS:
        return PREDICTORS[name]
    if not isinstance(name, str) or name not in PREDICTORS_ELSEWHERE:
        known = ", ".join((*PREDICTORS, *PREDICTORS_ELSEWHERE))
        raise ValueError(f"This state holds nothing that predicts: {name!r} is none of {known}.")
    module, _, function = PREDICTORS_ELSEWHERE[name].partition(":")
    return cast(Loading, getattr(import_module(module), function))


def kept_samples(dataset: Dataset) -> JsonObject:
    """What `predictor` reads under `samples`: what a sample looks like, and what is done to it."""
    shape: list[Json] = list(dataset.origin.shape)
    return {"shape": shape, "features": list(dataset.origin.features), "steps": written(dataset.steps)}


def kept_origin(kept: JsonObject) -> Origin:
    """What a sample looks like, of what `kept_samples` gave."""
    shape, features = cast("Sequence[int]", kept["shape"]), cast("Sequence[str]", kept["features"])
    return Origin(tuple(shape), tuple(features))


def _network(state: State, before: tuple[Step, ...], aim: Aim) -> Predictor:
    kept = _object(state.values["network"])
    hidden = tuple(int(str(size)) for size in cast("Sequence[Json]", kept["hidden"]))
    network = Network(hidden, str(kept["activation"]))
    weights = {name[6:]: np.asarray(array) for name, array in state.arrays.items() if name.startswith("model/")}

    def scored(samples: Array) -> Reals:
        flat = samples.reshape(len(samples), -1).astype(np.float64, copy=False)
        return aim.scores(network.outputs(weights, flat))

    return Predictor(before, TrainedNetwork(network, weights), aim, scored)


def _estimator(state: State, before: tuple[Step, ...], aim: Aim) -> Predictor:
    from analysis.learning.estimators.keeping import restored as estimator_of
    from analysis.learning.estimators.learner import table
    from analysis.learning.estimators.scoring import scores_of

    made = estimator_of(state.arrays["estimator"].astype(np.uint8))
    return Predictor(
        before,
        made,
        aim,
        scored=lambda samples: scores_of(made, table(samples), aim),
        decided=lambda samples: np.asarray(made.predict(table(samples))),
    )


def _torch(state: State, before: tuple[Step, ...], aim: Aim) -> Predictor:
    from analysis.learning.torch_parts.inference import torch_predictor

    return torch_predictor(state, before, aim)


def _object(value: Json) -> JsonObject:
    if not isinstance(value, Mapping):
        raise ValueError(f"A state's values must be objects, not {value!r:.60}.")
    return value


PREDICTORS: dict[str, Loading] = {"network": _network, "estimator": _estimator, "torch": _torch}
"""By the name that a learner writes in its state under `predictor`."""
