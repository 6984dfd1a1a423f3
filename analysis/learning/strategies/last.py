"""Keep the newest checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.learning.parameters import Parameter, Whole
from analysis.learning.strategies.checkpointing import CHECKPOINTING, Checkpointing
from analysis.learning.strategies.history import Epoch


@CHECKPOINTING.register
@dataclass(frozen=True)
class Last(Checkpointing):
    """Keep the newest ``count`` checkpoints. What a document means that says nothing."""

    name: ClassVar[str] = "last"
    parameters: ClassVar[Mapping[str, Parameter]] = {"count": Whole(1, 1_000)}
    example: ClassVar[Mapping[str, object]] = {"kind": "last"}

    count: int = 1

    def wants(self, seen: Sequence[Epoch], *, is_last: bool) -> bool:
        return True

    def lets_go(self, kept: Sequence[Epoch]) -> tuple[int, ...]:
        return tuple(sorted(epoch.number for epoch in kept)[: -self.count])
