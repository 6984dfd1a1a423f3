"""Somebody who listens to a computation and keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.learning.running import State


class Silence:
    """A Reporter."""

    def progress(self, *, phase: str, epoch: int, split: str = "", step: int = 0, steps: int = 0) -> None: ...

    def measured(self, *, epoch: int, split: str, values: Mapping[str, float]) -> None: ...

    def save(self, *, epoch: int, state: State, values: Mapping[str, float]) -> None: ...

    def artifact(self, *, name: str, content: bytes, kind: str) -> None: ...

    def check(self) -> None: ...
