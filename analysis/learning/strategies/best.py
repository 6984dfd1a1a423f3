"""Keep the best checkpoints."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.learning.components import Flag, Whole
from analysis.learning.members import takes
from analysis.learning.strategies.checkpointing import CHECKPOINTING, Checkpointing
from analysis.learning.strategies.history import MAXIMISE, MINIMISE, Epoch, figure_key
from analysis.learning.strategies.watching import DIRECTION, MEASURE, SPLIT
from experiments.types import JsonObject


@CHECKPOINTING.register
@dataclass(frozen=True)
class Best(Checkpointing):
    """Keep the epochs with the best figures. Of equal ones the earlier is better; no number is the worst."""

    name: ClassVar[str] = "best"
    example: ClassVar[JsonObject] = {"kind": "best", "count": 2, "measure": "f1_macro", "direction": "maximise"}

    count: int = takes(Whole(1, 1_000), "How many.", 1)
    split: str = takes(SPLIT, "On which part the figure is measured.", "validation")
    measure: str = takes(MEASURE, "Its name.", "loss")
    direction: str = takes(DIRECTION, "Which way is better.", MINIMISE)
    newest: bool = takes(Flag(), "Whether the newest is kept as well, so that little is lost by a crash.", True)

    def wants(self, seen: Sequence[Epoch], *, is_last: bool) -> bool:
        if figure_key(self.split, self.measure) not in seen[-1].values:
            known = ", ".join(sorted(seen[-1].values)) or "none"
            raise ValueError(f"There is no figure {self.split}/{self.measure} to keep the best by; there are: {known}.")
        return self.newest or seen[-1].number in self._best([epoch for epoch in seen if epoch.number])

    def lets_go(self, kept: Sequence[Epoch]) -> tuple[int, ...]:
        numbers = sorted(epoch.number for epoch in kept)
        stays = {*self._best(kept), *(numbers[-1:] if self.newest else ())}
        return tuple(number for number in numbers if number not in stays)

    def watches(self) -> tuple[tuple[str, str], ...]:
        return ((self.split, self.measure),)

    def _best(self, epochs: Sequence[Epoch]) -> list[int]:
        return [epoch.number for epoch in sorted(epochs, key=self._rank)[: self.count]]

    def _rank(self, epoch: Epoch) -> tuple[float, int]:
        """The lower, the better."""
        value = epoch.values.get(figure_key(self.split, self.measure), math.nan)
        if math.isnan(value):
            return math.inf, epoch.number
        return -value if self.direction == MAXIMISE else value, epoch.number
