"""What is made of predictions before they are measured, or given out: each reads one and adds one under a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch

from experiments.types import JsonObject


@dataclass(frozen=True, slots=True)
class PostProcessor:
    """source: the prediction that it reads. name: the prediction that it adds. splits: where; none: everywhere."""

    kind: str
    name: str
    source: str = "output"
    config: JsonObject = field(default_factory=dict)
    splits: tuple[str, ...] = ()

    def kept(self) -> JsonObject:
        """As JSON; `PostProcessor(**kept)` with lists as tuples is the same again."""
        return {
            "kind": self.kind,
            "name": self.name,
            "source": self.source,
            "config": self.config,
            "splits": list(self.splits),
        }

    def __call__(self, predictions: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """The predictions and one more."""
        if self.source not in predictions:
            raise ValueError(f"{self.name}: there is no {self.source!r}; there are {', '.join(sorted(predictions))}.")
        return {**predictions, self.name: POSTPROCESSORS[self.kind](predictions[self.source], self.config)}


def applied(
    processors: Sequence[PostProcessor], predictions: Mapping[str, torch.Tensor], split: str = ""
) -> dict[str, torch.Tensor]:
    """One after the other, so that a later one may read what an earlier one added."""
    result = dict(predictions)
    for processor in processors:
        if not processor.splits or split in processor.splits:
            result = processor(result)
    return result


def _dimension(config: JsonObject) -> int:
    return int(str(config.get("dimension", 1)))


def soft_max(values: torch.Tensor, config: JsonObject) -> torch.Tensor:
    """Probabilities from logits."""
    return values.softmax(dim=_dimension(config))


def arg_max(values: torch.Tensor, config: JsonObject) -> torch.Tensor:
    """The class with the highest value."""
    return values.argmax(dim=_dimension(config))


def sigmoid(values: torch.Tensor, config: JsonObject) -> torch.Tensor:
    """A probability from one logit."""
    return values.sigmoid()


def binarise(values: torch.Tensor, config: JsonObject) -> torch.Tensor:
    """1 where the value is above the threshold (not at it), else 0."""
    return (values > float(str(config.get("threshold", 0.5)))).long()


def min_or_max(values: torch.Tensor, config: JsonObject) -> torch.Tensor:
    """The lowest or the highest value."""
    chosen = values.amin if config.get("take", "max") == "min" else values.amax
    return chosen(dim=_dimension(config))


def squeeze(values: torch.Tensor, config: JsonObject) -> torch.Tensor:
    """Without the last axis, if it has length one: (n, 1) becomes (n,)."""
    return values.squeeze(-1) if values.dim() > 1 and values.shape[-1] == 1 else values


def identity(values: torch.Tensor, config: JsonObject) -> torch.Tensor:
    """The same under another name."""
    return values


POSTPROCESSORS: Mapping[str, Callable[[torch.Tensor, JsonObject], torch.Tensor]] = {
    "softmax": soft_max, "argmax": arg_max, "sigmoid": sigmoid, "binarise": binarise, "min_or_max": min_or_max,
    "squeeze": squeeze, "identity": identity,
}  # fmt: skip
