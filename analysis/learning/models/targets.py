"""What a model predicts, and what its loss is: one of several classes, or numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.learning.data.samples import Array
from analysis.learning.models.activations import Reals
from experiments.types import Json, JsonObject

Label = int | float | str | bool


class Aim(Protocol):
    """What the outputs of a network mean."""

    name: ClassVar[str]

    @property
    def outputs(self) -> int:
        """How many a network needs."""
        ...

    def coded(self, targets: Array) -> Array:
        """Targets as the loss takes them."""
        ...

    def scores(self, outputs: Reals) -> Reals:
        """What is reported for every sample: probabilities of the classes, or the numbers themselves."""
        ...

    def predicted(self, scores: Array) -> Array:
        """Labels or numbers."""
        ...

    def losses(self, outputs: Reals, coded: Array) -> Reals:
        """One for each sample, shape (n,)."""
        ...

    def slope(self, outputs: Reals, coded: Array) -> Reals:
        """Of each sample's loss by the outputs, shape (n, outputs)."""
        ...

    def kept(self) -> JsonObject:
        """What `restored` makes it of."""
        ...


@dataclass(frozen=True)
class Classes:
    """One of several labels: cross-entropy of the softmax."""

    name: ClassVar[str] = "classes"
    labels: tuple[Label, ...]

    @property
    def outputs(self) -> int:
        return len(self.labels)

    def coded(self, targets: Array) -> NDArray[np.intp]:
        """The places of the labels, shape (n,). ValueError for a label that training never saw."""
        values = np.array(self.labels)
        places = np.minimum(np.searchsorted(values, targets), len(values) - 1)
        if (strange := values[places] != targets).any():
            raise ValueError(f"The label {targets[strange][0]!r} is none of those learnt: {list(self.labels)}.")
        return np.asarray(places)

    def scores(self, outputs: Reals) -> Reals:
        return softmax(outputs)

    def predicted(self, scores: Array) -> Array:
        return np.asarray(np.array(self.labels)[scores.argmax(axis=1)])

    def losses(self, outputs: Reals, coded: Array) -> Reals:
        top = outputs.max(axis=1)
        log_sum = top + np.log(np.exp(outputs - top[:, None]).sum(axis=1))
        return np.asarray(log_sum - outputs[np.arange(len(coded)), coded])

    def slope(self, outputs: Reals, coded: Array) -> Reals:
        slope = softmax(outputs)
        slope[np.arange(len(coded)), coded] -= 1
        return slope

    def kept(self) -> JsonObject:
        return {"aim": self.name, "labels": list(self.labels)}


@dataclass(frozen=True)
class Numbers:
    """One number or several: the squared difference, its mean over the outputs."""

    name: ClassVar[str] = "numbers"
    outputs: int = 1

    def coded(self, targets: Array) -> Reals:
        return targets.astype(np.float64).reshape(len(targets), self.outputs)

    def scores(self, outputs: Reals) -> Reals:
        return outputs

    def predicted(self, scores: Array) -> Array:
        return scores[:, 0] if self.outputs == 1 else scores

    def losses(self, outputs: Reals, coded: Array) -> Reals:
        return np.asarray(((outputs - coded) ** 2).mean(axis=1))

    def slope(self, outputs: Reals, coded: Array) -> Reals:
        return np.asarray(2 * (outputs - coded) / self.outputs)

    def kept(self) -> JsonObject:
        return {"aim": self.name, "outputs": self.outputs}


def softmax(outputs: Reals) -> Reals:
    """shape (n, k), each row adds up to 1."""
    raised = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def aim_of(targets: Array) -> Aim:
    """Classes for labels of text or whole numbers, shape (n,); numbers for fractions, and for vectors (n, k)."""
    if targets.ndim == 1 and not np.issubdtype(targets.dtype, np.floating):
        return Classes(tuple(np.unique(targets).tolist()))
    return Numbers(1 if targets.ndim == 1 else targets.shape[1])


def restored_aim(kept: JsonObject) -> Aim:
    """What `kept` gave. ValueError if it did not."""
    match kept:
        case {"aim": Classes.name, "labels": list() | tuple() as labels}:
            return Classes(tuple(_label(label) for label in labels))
        case {"aim": Numbers.name, "outputs": int(outputs)}:
            return Numbers(outputs)
    raise ValueError(f"This says nothing of what is predicted: {kept!r:.80}.")


def _label(value: Json) -> Label:
    if isinstance(value, (int, float, str)):
        return value
    raise ValueError(f"A label must be a text or a number, not {value!r:.60}.")
