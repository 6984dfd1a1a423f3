"""An estimator that learns: all at once, or pass by pass where it can go on learning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.learning.data.dataset import Batch
from analysis.learning.data.loading import Loader
from analysis.learning.data.samples import Array
from analysis.learning.estimators.keeping import restored, written
from analysis.learning.estimators.scoring import losses_of, scores_of
from analysis.learning.estimators.wanted import InARow, Wanted
from analysis.learning.models.targets import Aim, Numbers, aim_of
from analysis.learning.running import State
from analysis.learning.training.learner import Scored
from experiments.types import JsonObject


@dataclass
class EstimatorLearner:
    """passes: learn batch by batch, once an epoch, with `partial_fit`; else all samples in the only epoch.

    Preparing steps that stand before an estimator in a row are fitted on the training split in the first epoch.
    """

    wanted: Wanted | InARow
    passes: bool = False
    aim: Aim = field(default_factory=Numbers)
    estimator: Any = None

    def begin(self, loader: Loader, seed: int) -> None:
        self.estimator = self.wanted.built(seed)
        self.aim = _aim(self.estimator, loader.dataset.targets)
        last = self.estimator.steps[-1][1] if hasattr(self.estimator, "steps") else self.estimator
        if self.passes and not hasattr(last, "partial_fit"):
            raise ValueError(
                f"{type(last).__name__} cannot learn pass by pass: it has no partial_fit. Set passes: false."
            )
        if not hasattr(last, "predict"):
            raise ValueError(
                f"{type(last).__name__} predicts nothing. The last of a row must be a classifier or regressor."
            )

    def resume(self, state: State, loader: Loader, seed: int) -> None:
        self.estimator = restored(state.arrays["estimator"].astype(np.uint8))
        self.aim = _aim(self.estimator, loader.dataset.targets)

    def epoch(self, loader: Loader, number: int) -> Iterator[None]:
        if not self.passes:
            batch = loader.dataset.all()
            self.estimator.fit(table(batch.samples), batch.targets)
            yield
            return
        classes = {"classes": np.array(self.aim.labels)} if hasattr(self.aim, "labels") else {}
        before, last = self._in_two(loader, number)
        for batch in loader.batches(number):
            samples = table(batch.samples)
            last.partial_fit(samples if before is None else before.transform(samples), batch.targets, **classes)
            yield

    def _in_two(self, loader: Loader, number: int) -> tuple[Any, Any]:
        """What prepares (None: nothing does), fitted by now, and what learns."""
        if not hasattr(self.estimator, "steps"):
            return None, self.estimator
        before = self.estimator[:-1] if len(self.estimator.steps) > 1 else None
        if before is not None and number == 1:
            whole = loader.dataset.all()
            before.fit(table(whole.samples), whole.targets)
        return before, self.estimator.steps[-1][1]

    def score(self, batch: Batch) -> Scored:
        samples = table(batch.samples)
        scores = scores_of(self.estimator, samples, self.aim)
        losses = losses_of(self.estimator, scores, self.aim, batch.targets)
        return Scored(scores, losses, np.asarray(self.estimator.predict(samples)))

    def state(self) -> State:
        values: JsonObject = {"predictor": "estimator", "aim": self.aim.kept()}
        return State({"estimator": written(self.estimator)}, values)

    def described(self) -> JsonObject:
        last = self.estimator.steps[-1][1] if hasattr(self.estimator, "steps") else self.estimator
        return {"name": type(last).__name__, "parameters": fitted_numbers(last), "text": repr(self.estimator)}


def _aim(estimator: Any, targets: Array) -> Aim:
    """A regressor predicts numbers even where all targets are whole ones."""
    from sklearn.base import is_regressor

    return aim_of(targets.astype(np.float64) if is_regressor(estimator) else targets)


def table(samples: Array) -> Array:
    """Pictures and the like as rows of numbers, shape (n, k); texts stay as they are, shape (n,)."""
    return samples.reshape(len(samples), -1) if samples.ndim > 2 else samples


def fitted_numbers(estimator: Any) -> int:
    """How many numbers an estimator has learnt: those in its fitted arrays (names that end in _), trees included."""
    return sum(_numbers(value) for name, value in vars(estimator).items() if name.endswith("_"))


def _numbers(value: Any) -> int:
    if isinstance(value, np.ndarray) and value.dtype.kind in "fc":
        return int(value.size)
    if isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.dtype == object):
        return sum(_numbers(each) for each in np.ravel(np.array(value, dtype=object)))
    if hasattr(value, "node_count"):  # the threshold of every node, and what every leaf says
        return int(value.node_count) + int(value.value.size)
    return fitted_numbers(value) if hasattr(value, "get_params") else 0
