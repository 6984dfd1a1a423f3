"""What components are for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from analysis.learning.running import Reporter, Task
from experiments.types import JsonObject


@dataclass(frozen=True, slots=True)
class Kind:
    """What a component is for. of: the kind of each value, where the product is a mapping from names to such."""

    name: str
    meaning: str
    of: str = ""


class Trainer(Protocol):
    """The root of a pipeline."""

    def train(self, task: Task, reporter: Reporter) -> JsonObject:
        """Compute the run: train and evaluate epoch by epoch, saying so; go on from `task.resume` if it is there."""
        ...


KINDS: dict[str, Kind] = {}
ROOT = "trainer"


def register_kind(kind: Kind) -> None:
    """ValueError if there is another of that name."""
    if KINDS.setdefault(kind.name, kind) != kind:
        raise ValueError(f"There is a kind called {kind.name} already.")


for _kind in (
    Kind("dataset", "rows: samples with their targets"),
    Kind("splits", "datasets by the name of their split: train, validation, test", of="dataset"),
    Kind("sampler", "the order in which the rows of a split are met"),
    Kind("collator", "rows made into a batch"),
    Kind("loader", "batches of one split, epoch after epoch"),
    Kind("loaders", "loaders by the name of their split", of="loader"),
    Kind("transform", "a preparation that is fitted on the training split alone"),
    Kind("model", "what learns"),
    Kind("estimator", "what learns in scikit-learn's way: fit, then predict"),
    Kind("optimiser", "how the weights follow the gradient"),
    Kind("schedule", "how the learning rate moves"),
    Kind("loss", "what training makes small"),
    Kind("metric", "one figure over an epoch's predictions"),
    Kind("post_processor", "predictions made into other predictions: probabilities, classes"),
    Kind(ROOT, "the loop that trains, evaluates, reports and saves: the root of a pipeline"),
):
    register_kind(_kind)
