"""Keep nothing but the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.learning.strategies.checkpointing import CHECKPOINTING, Checkpointing
from analysis.learning.strategies.history import Epoch
from experiments.types import JsonObject


@CHECKPOINTING.register
@dataclass(frozen=True)
class Final(Checkpointing):
    """Keep the last epoch alone, also when training ends early. A run that dies before begins anew."""

    name: ClassVar[str] = "final"
    example: ClassVar[JsonObject] = {"kind": "final"}

    def wants(self, seen: Sequence[Epoch], *, is_last: bool) -> bool:
        return is_last

    def lets_go(self, kept: Sequence[Epoch]) -> tuple[int, ...]:
        return tuple(sorted(epoch.number for epoch in kept)[:-1])
