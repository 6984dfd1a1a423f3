"""Stop when a figure is no number any more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.learning.members import takes
from analysis.learning.strategies.history import MAXIMISE, Epoch, Watched
from analysis.learning.strategies.stopping import STOPPING, Peers, Stopping
from analysis.learning.strategies.watching import MEASURE, SPLIT
from experiments.types import JsonObject


@STOPPING.register
@dataclass(frozen=True)
class NotFinite(Stopping):
    """Stop when the figure is infinite or no number: training has come apart and will not heal."""

    name: ClassVar[str] = "not_finite"
    example: ClassVar[JsonObject] = {"kind": "not_finite", "split": "train", "measure": "loss"}

    split: str = takes(SPLIT, "On which part the figure is measured.", "train")
    measure: str = takes(MEASURE, "Its name.", "loss")

    def reason_to_stop(self, seen: Sequence[Epoch], peers: Peers = ()) -> str | None:
        values = Watched(self.split, self.measure, MAXIMISE).of(seen[-1:])
        return f"{self.split}/{self.measure} is {values[0]}." if values and not math.isfinite(values[0]) else None

    def watches(self) -> tuple[tuple[str, str], ...]:
        return ((self.split, self.measure),)
