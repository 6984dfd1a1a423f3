"""Stop when nothing got better for a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.learning.parameters import Parameter, Real, Whole
from analysis.learning.strategies.history import MINIMISE, WATCHED, Epoch, Watched
from analysis.learning.strategies.stopping import STOPPING, Peers, Stopping


@STOPPING.register
@dataclass(frozen=True)
class Patience(Stopping):
    """Stop when the best figure was not beaten, by more than ``min_change``, in the last ``epochs`` epochs."""

    name: ClassVar[str] = "patience"
    parameters: ClassVar[Mapping[str, Parameter]] = {"epochs": Whole(1, 1_000_000), "min_change": Real(0), **WATCHED}
    example: ClassVar[Mapping[str, object]] = {"kind": "patience", "epochs": 5, "measure": "loss"}

    epochs: int = 10
    min_change: float = 0.0
    split: str = "validation"
    measure: str = "loss"
    direction: str = MINIMISE

    def reason_to_stop(self, seen: Sequence[Epoch], peers: Peers = ()) -> str | None:
        values = Watched(self.split, self.measure, self.direction).of(seen)
        best_at, best = 0, float("-inf")
        for place, value in enumerate(values):
            if value > best + self.min_change or best == float("-inf"):
                best_at, best = place, value
        if len(values) - 1 - best_at < self.epochs:
            return None
        return f"{self.split}/{self.measure} did not get better for {self.epochs} epochs."

    def watches(self) -> tuple[tuple[str, str], ...]:
        return ((self.split, self.measure),)
