"""A model that passed, as arrays and JSON and back: no pickle, and neither the data nor the document are needed.

`state_of` is what a run keeps; `analysis.learning.inference.predictor` makes what predicts of it, as of every trained
model, so that `manage.py predict`, `load_model(run)` and whoever serves it need to know nothing of safety.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from analysis.learning.data.encoding import Step
from analysis.learning.data.samples import Array as AnyArray
from analysis.learning.inference import Predictor, TrainedNetwork, kept_origin
from analysis.learning.models.network import Network
from analysis.learning.models.targets import Aim
from analysis.learning.running import State
from analysis.safety.models.estimators import FittedEstimator
from analysis.safety.models.family import MODELS, Family
from analysis.safety.models.linear import Linear
from analysis.safety.models.logistic import Logistic
from analysis.safety.models.multiclass import MulticlassLogistic
from analysis.safety.models.network import FittedNetwork, ScaledNetwork
from analysis.safety.models.torch_module import BuiltModule
from analysis.safety.models.trees import GrownTrees
from analysis.safety.terms import Array, Model
from experiments.types import Json, JsonObject

PREDICTOR: Final = "safe"
RESTORED: Final[dict[str, Callable[[State], Model]]] = {
    GrownTrees.name: GrownTrees.restored,
    FittedEstimator.name: FittedEstimator.restored,
    ScaledNetwork.name: ScaledNetwork.restored,
    BuiltModule.name: BuiltModule.restored,
}
"""Models whose shape was learnt, by the name they are kept under. What a document names needs no entry."""
NAMED: Final = {
    GrownTrees.name: "trees",
    FittedEstimator.name: "estimator of scikit-learn",
    ScaledNetwork.name: "network",
    BuiltModule.name: "module of PyTorch",
}
"""How a report calls them."""


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A model with its parameters. classes: 0 for regression. names: of the features that it sees."""

    model: Model
    theta: Array
    classes: int
    names: tuple[str, ...] = ()

    def outputs(self, features: Array) -> Array:
        """(n,) probabilities of the second class or numbers, or (n, classes) probabilities."""
        return self.model.over(features, classes=self.classes).outputs(self.theta)

    def as_network(self) -> TrainedNetwork | None:
        """The same as layers over the features as they are, for exports; None for trees and other estimators."""
        if isinstance(self.model, Linear | Logistic | MulticlassLogistic):
            table = self.theta.reshape(len(self.names) + 1, -1)
            return _in_layers(Network(), {"weights.0": table[1:], "biases.0": table[0]}, self.classes)
        if not isinstance(self.model, ScaledNetwork):
            return None
        by_name = FittedNetwork(self.model.network, np.zeros((0, len(self.names))), self.classes).weights(self.theta)
        scale = self.model.scale
        first = by_name["weights.0"] / scale.spread[:, None]
        over = {**by_name, "weights.0": first, "biases.0": by_name["biases.0"] - scale.mean @ first}
        return _in_layers(self.model.network, over, self.classes)

    def scores(self, features: Array) -> Array:
        """As the house's predictors say it: (n, classes) probabilities, or (n, 1) numbers."""
        outputs = self.outputs(np.asarray(features, dtype=np.float64))
        if self.classes == 2:
            return np.stack([1.0 - outputs, outputs], axis=1)
        return outputs if self.classes else outputs[:, None]


def _in_layers(network: Network, by_name: Mapping[str, Array], classes: int) -> TrainedNetwork:
    """With two outputs where there are two classes: the first stands at 0, so that softmax is the sigmoid."""
    found, last = dict(by_name), len(network.hidden)
    if classes == 2:
        found[f"weights.{last}"] = np.pad(found[f"weights.{last}"], ((0, 0), (1, 0)))
        found[f"biases.{last}"] = np.pad(found[f"biases.{last}"], (1, 0))
    return TrainedNetwork(network, found)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What goes in and what comes out. steps: what makes features of a sample as the data have it; names: of those."""

    samples: JsonObject
    aim: Aim
    classes: int
    names: tuple[str, ...] = ()


def state_of(model: Model, theta: Array, meaning: Meaning) -> State:
    """Everything that is needed to predict later. ValueError (NotKeepable) if an estimator cannot be written."""
    kept = shape_of(model)
    values: dict[str, Json] = {
        "predictor": PREDICTOR,
        "model": kept.values,
        "classes": meaning.classes,
        "names": list(meaning.names),
        "samples": meaning.samples,
        "aim": meaning.aim.kept(),
    }
    return State({"theta": theta, **{f"model/{name}": array for name, array in kept.arrays.items()}}, values)


def shape_of(model: Model) -> State:
    """A model without its theta: what it was told in a document, or what it learnt before the search.

    ValueError for a model of one's own that does not say how it is kept.
    """
    kept: Callable[[], State] | None = getattr(model, "kept", None)
    if kept is not None:
        return kept()
    if not isinstance(model, Family) or type(model) is not MODELS.members.get(model.name):
        raise ValueError(f"{type(model).__name__} cannot be kept: give it kept() and an entry in RESTORED.")
    told = {field.name: getattr(model, field.name) for field in fields(model)}
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}
    return State({}, {"type": model.name, **plain})


def trained_of(state: State) -> Trained:
    """What `state_of` was given. ValueError if it is none of ours, or theta does not fit the model."""
    values = _object(state.values.get("model"))
    arrays = {name.removeprefix("model/"): array for name, array in state.arrays.items() if name.startswith("model/")}
    restored = RESTORED.get(str(values.get("type")))
    model = restored(State(arrays, values)) if restored else MODELS.parse(values)
    theta = np.asarray(state.arrays["theta"], dtype=np.float64)
    names = state.values.get("names")
    classes = int(str(state.values["classes"]))
    trained = Trained(model, theta, classes, tuple(map(str, names)) if isinstance(names, list | tuple) else ())
    if not np.isfinite(theta).all():
        raise ValueError("This model holds a parameter that is no finite number.")
    size = model.over(np.zeros((1, len(trained.names))), classes=classes).size
    if theta.shape != (size,):
        raise ValueError(f"This model has {size} parameters; {theta.shape} were kept.")
    return trained


def safe_predictor(state: State, before: tuple[Step, ...], aim: Aim) -> Predictor:
    """For `analysis.learning.inference`: takes samples as the data have them."""
    trained = trained_of(state)

    def scored(samples: AnyArray) -> Array:
        return trained.scores(samples.astype(np.float64))

    return Predictor(before, trained, aim, scored, origin=kept_origin(_object(state.values["samples"])))


def described(trained: Trained, features: Array | None = None) -> JsonObject:
    """For a report: its weights by the names of the features where it is linear, its rules where it is one tree.

    features: rows, which tell how far a usual difference in a feature moves the score, and how many reach a rule.
    """
    kind = NAMED.get(trained.model.name, trained.model.name)
    found: dict[str, Json] = {"type": kind, "parameters": int(trained.theta.size)}
    if isinstance(trained.model, GrownTrees) and trained.model.grown.trees == 1:
        found["rules"] = list(_rules(trained, trained.model, features))
    elif trained.theta.size == len(trained.names) + 1 and isinstance(trained.model, tuple(MODELS.members.values())):
        found["weights"] = list(_weights(trained, features))
    return found


def _rules(trained: Trained, model: GrownTrees, features: Array | None) -> Iterator[JsonObject]:
    """Every leaf: how it is reached, what it says (a number, or the probability of each class), by how many rows."""
    said = model.said(trained.theta, trained.classes)
    leaves = np.zeros(0, dtype=np.int64) if features is None else model.grown.fallen(features)[:, 0]
    rows = np.bincount(leaves, minlength=model.grown.leaves)
    for leaf, where in enumerate(model.grown.sentences(trained.names)):
        yield {"where": where, "says": np.atleast_1d(said[leaf]).tolist(), "rows": int(rows[leaf])}


def _weights(trained: Trained, features: Array | None) -> Iterator[JsonObject]:
    """moves: what a standard deviation of the feature adds to the score."""
    spreads = np.zeros(len(trained.names)) if features is None else features.std(axis=0)
    for name, weight, spread in zip(trained.names, trained.theta[1:].tolist(), spreads.tolist(), strict=True):
        yield {"name": name, "weight": weight, "moves": weight * spread}


def _object(value: Json) -> JsonObject:
    if not isinstance(value, Mapping):
        raise ValueError(f"This state holds no model under constraints: {value!r:.60}.")
    return value
