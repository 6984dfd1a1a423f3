"""Stop runs that do worse than most others did."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import ClassVar

from analysis.learning.components import Whole
from analysis.learning.members import takes
from analysis.learning.strategies.history import MAXIMISE, Epoch
from analysis.learning.strategies.stopping import STOPPING, Peers
from analysis.learning.strategies.watching import WatchingStopping
from experiments.types import JsonObject


@STOPPING.register
@dataclass(frozen=True)
class Median(WatchingStopping):
    """Stop a run whose best figure so far is worse than the median of what the others had reached on average by then.

    The median stopping rule of Golovin et al. (2017), Google Vizier. The others are the batch's runs on the same fold
    that came at least as far. What a run does depends on which these are, so it may end elsewhere when repeated.
    """

    name: ClassVar[str] = "median"
    example: ClassVar[JsonObject] = {"kind": "median", "after": 2, "least_runs": 4}

    after: int = takes(Whole(0), "Epochs that every run may have.", 1)
    least_runs: int = takes(Whole(1), "How many others must have come as far before any is stopped.", 3)

    def reason_to_stop(self, seen: Sequence[Epoch], peers: Peers = ()) -> str | None:
        values = self.figure.of(seen)
        if not values or seen[-1].number <= self.after:
            return None
        as_far = [means for run in peers if (means := self._mean_until(run, seen[-1].number)) is not None]
        if len(as_far) < self.least_runs or max(map(_or_worst, values)) >= median(as_far):
            return None
        return f"{self.figure.key} was worse than the median of {len(as_far)} other runs at epoch {seen[-1].number}."

    def compares_runs(self) -> tuple[str, str] | None:
        return self.split, self.measure

    def _mean_until(self, run: Mapping[int, float], epoch: int) -> float | None:
        """The run's mean over its epochs up to this one, more is better; None if it did not come as far."""
        if max(run, default=-1) < epoch:
            return None
        sign = 1 if self.direction == MAXIMISE else -1
        return fmean(_or_worst(sign * value) for number, value in run.items() if 0 < number <= epoch)


def _or_worst(value: float) -> float:
    return -math.inf if math.isnan(value) else value
