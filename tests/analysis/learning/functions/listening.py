"""A reporter that remembers, and can be told to pull the plug."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.learning.running import Interrupted, Saved, State


class Listener:
    """Keeps all in memory. stops_after: so many checkpoints, then the worker is gone."""

    def __init__(self, stops_after: int | None = None) -> None:
        self.said: list[tuple[object, ...]] = []
        self.saved: list[Saved] = []
        self.artifacts: dict[str, bytes] = {}
        self._stops_after = stops_after

    def progress(self, *, phase: str, epoch: int, split: str = "", step: int = 0, steps: int = 0) -> None:
        self.said.append(("progress", step, steps))

    def measured(self, *, epoch: int, split: str, values: Mapping[str, float]) -> None:
        self.said.append(("measured", epoch, split, dict(values)))

    def save(self, *, epoch: int, state: State, values: Mapping[str, float]) -> None:
        self.saved.append(Saved(epoch, state))
        if self._stops_after is not None and len(self.saved) >= self._stops_after:
            raise Interrupted

    def artifact(self, *, name: str, content: bytes, kind: str) -> None:
        self.artifacts[name] = content

    def check(self) -> None:
        pass
