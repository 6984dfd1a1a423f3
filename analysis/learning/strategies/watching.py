"""Early stopping that looks at one figure."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.learning.components import OneOf, Text
from analysis.learning.members import takes
from analysis.learning.strategies.history import MAXIMISE, MINIMISE, Watched
from analysis.learning.strategies.stopping import Stopping

SPLIT, MEASURE, DIRECTION = Text(shortest=1), Text(shortest=1), OneOf(MAXIMISE, MINIMISE)


@dataclass(frozen=True)
class WatchingStopping(Stopping):
    """Says which figure, and which way is better."""

    split: str = takes(SPLIT, "On which part the figure is measured.", "validation")
    measure: str = takes(MEASURE, "Its name.", "loss")
    direction: str = takes(DIRECTION, "Which way is better.", MINIMISE)

    @property
    def figure(self) -> Watched:
        """What it looks at."""
        return Watched(self.split, self.measure, self.direction)

    def watches(self) -> tuple[tuple[str, str], ...]:
        return ((self.split, self.measure),)
