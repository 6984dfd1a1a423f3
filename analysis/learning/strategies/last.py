"""Keep the newest checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.learning.components import Whole
from analysis.learning.members import takes
from analysis.learning.strategies.checkpointing import CHECKPOINTING, Checkpointing
from analysis.learning.strategies.history import Epoch
from experiments.types import JsonObject


@CHECKPOINTING.register
@dataclass(frozen=True)
class Last(Checkpointing):
    """Keep the newest checkpoint, or the newest few. What a document means that says nothing."""

    name: ClassVar[str] = "last"
    example: ClassVar[JsonObject] = {"kind": "last"}

    count: int = takes(Whole(1, 1_000), "How many.", 1)

    def wants(self, seen: Sequence[Epoch], *, is_last: bool) -> bool:
        return True

    def lets_go(self, kept: Sequence[Epoch]) -> tuple[int, ...]:
        return tuple(sorted(epoch.number for epoch in kept)[: -self.count])
