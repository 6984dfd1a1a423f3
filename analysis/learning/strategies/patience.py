"""Stop when nothing got better for a while."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.learning.components import Real, Whole
from analysis.learning.members import takes
from analysis.learning.strategies.history import Epoch
from analysis.learning.strategies.stopping import STOPPING, Peers
from analysis.learning.strategies.watching import WatchingStopping
from experiments.types import JsonObject


@STOPPING.register
@dataclass(frozen=True)
class Patience(WatchingStopping):
    """Stop when the best figure was not beaten for a while."""

    name: ClassVar[str] = "patience"
    example: ClassVar[JsonObject] = {"kind": "patience", "epochs": 5, "measure": "loss"}

    epochs: int = takes(Whole(1, 1_000_000), "How many epochs may pass without a better figure.", 10)
    min_change: float = takes(Real(0), "By how much a figure must beat the best one to count as better.", 0.0)

    def reason_to_stop(self, seen: Sequence[Epoch], peers: Peers = ()) -> str | None:
        values = self.figure.of(seen)
        best_at, best = 0, float("-inf")
        for place, value in enumerate(values):
            if value > best + self.min_change:
                best_at, best = place, value
        if len(values) - 1 - best_at < self.epochs:
            return None
        return f"{self.figure.key} did not get better for {self.epochs} epochs."
