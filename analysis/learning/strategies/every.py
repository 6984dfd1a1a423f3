"""Keep checkpoints at regular epochs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.learning.components import Flag, Whole
from analysis.learning.members import takes
from analysis.learning.strategies.checkpointing import CHECKPOINTING, Checkpointing
from analysis.learning.strategies.history import Epoch
from experiments.types import JsonObject


@CHECKPOINTING.register
@dataclass(frozen=True)
class Every(Checkpointing):
    """Keep every epoch, or every k-th; and the last one, whatever its number."""

    name: ClassVar[str] = "every"
    example: ClassVar[JsonObject] = {"kind": "every", "epochs": 5}

    epochs: int = takes(Whole(1, 1_000_000), "k: 5 keeps the epochs 5, 10, 15, and so on.", 1)
    newest: bool = takes(Flag(), "Whether the newest is kept between these, so that little is lost by a crash.", True)

    def wants(self, seen: Sequence[Epoch], *, is_last: bool) -> bool:
        return self.newest or is_last or seen[-1].number % self.epochs == 0

    def lets_go(self, kept: Sequence[Epoch]) -> tuple[int, ...]:
        numbers = sorted(epoch.number for epoch in kept)
        return tuple(number for number in numbers[:-1] if number % self.epochs)
