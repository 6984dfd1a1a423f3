"""What a training loop trains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from analysis.learning.data.dataset import Batch
from analysis.learning.data.loading import Loader
from analysis.learning.data.samples import Array
from analysis.learning.models.activations import Reals
from analysis.learning.models.targets import Aim
from analysis.learning.running import State
from experiments.types import JsonObject


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A batch as a learner sees it. scores: shape (n, k); losses: shape (n,), None if the learner has no loss.

    predicted: as the targets, where it does not follow from the scores.
    """

    scores: Array
    losses: Reals | None = None
    predicted: Array | None = None


class Learner(Protocol):
    """Learns epoch by epoch, and can be put down and taken up again."""

    aim: Aim

    def begin(self, loader: Loader, seed: int) -> None:
        """Before the first epoch."""
        ...

    def epoch(self, loader: Loader, number: int) -> Iterator[None]:
        """One epoch; yields after each batch."""
        ...

    def score(self, batch: Batch) -> Scored:
        """Without learning from it."""
        ...

    def state(self) -> State:
        """All that `resume` and `predictor` need."""
        ...

    def resume(self, state: State, loader: Loader, seed: int) -> None:
        """Instead of `begin`: as it was when it gave that state."""
        ...

    def described(self) -> JsonObject:
        """For the model card: what it is, and its number of parameters."""
        ...
