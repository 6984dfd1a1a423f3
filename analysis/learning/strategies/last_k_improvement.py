"""Stop when a window of epochs brought too little."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from analysis.learning.components import Real, Whole
from analysis.learning.members import takes
from analysis.learning.strategies.history import Epoch
from analysis.learning.strategies.stopping import STOPPING, Peers
from analysis.learning.strategies.watching import WatchingStopping
from experiments.types import JsonObject


@STOPPING.register
@dataclass(frozen=True)
class LastKImprovement(WatchingStopping):
    """Stop when no step between the last few figures was a large enough improvement.

    An improvement is relative: the change from one epoch to the next as a share of the former's absolute value. The
    window holds the figure before training too; where that was not measured, the first epoch counts as no improvement.
    So a figure that never moves ends training after window - 1 epochs.
    """

    name: ClassVar[str] = "last_k_improvement"
    example: ClassVar[JsonObject] = {"kind": "last_k_improvement", "window": 5, "min_improvement": 0.01}

    window: int = takes(Whole(2, 1_000_000), "How many figures are looked at, the newest included.", 5)
    min_improvement: float = takes(Real(0), "The least relative improvement that keeps training going.", 0.01)

    def reason_to_stop(self, seen: Sequence[Epoch], peers: Peers = ()) -> str | None:
        values = self.figure.of(seen)
        if seen and (seen[0].number or self.figure.key not in seen[0].values):
            values = values[:1] + values
        window = values[-self.window :]
        if len(window) < self.window or max(map(_improvement, pairwise(window))) >= self.min_improvement:
            return None
        least = f"{self.min_improvement:.4%}".rstrip("0").rstrip(".%") + "%"
        return f"{self.figure.key} improved by less than {least} in each of the last {self.window - 1} epochs."


def _improvement(step: tuple[float, float]) -> float:
    """From the former to the latter as a share of the former; more is better. Leaving the numbers is the worst."""
    former, latter = step
    if not math.isfinite(latter):
        return -math.inf
    if not math.isfinite(former):
        return math.inf
    change = latter - former
    return change / abs(former) if former else math.copysign(math.inf, change) if change else 0.0
