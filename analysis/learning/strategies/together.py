"""Keep what any of several strategies keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.learning.components import ListOf
from analysis.learning.members import takes
from analysis.learning.strategies.checkpointing import CHECKPOINTING, Checkpointing
from analysis.learning.strategies.history import Epoch
from analysis.learning.strategies.last import Last
from experiments.types import JsonObject


@CHECKPOINTING.register
@dataclass(frozen=True)
class Together(Checkpointing):
    """Keep what any of several strategies keeps."""

    name: ClassVar[str] = "together"
    example: ClassVar[JsonObject] = {"kind": "together", "of": ["last", {"kind": "every", "epochs": 10}]}

    of: tuple[Checkpointing, ...] = takes(
        ListOf(CHECKPOINTING.inside, least=1), "The strategies.", (Last(),), written=["last"]
    )

    def wants(self, seen: Sequence[Epoch], *, is_last: bool) -> bool:
        return any(one.wants(seen, is_last=is_last) for one in self.of)

    def lets_go(self, kept: Sequence[Epoch]) -> tuple[int, ...]:
        return tuple(sorted(set.intersection(*(set(one.lets_go(kept)) for one in self.of))))

    def watches(self) -> tuple[tuple[str, str], ...]:
        return tuple(dict.fromkeys(pair for one in self.of for pair in one.watches()))
