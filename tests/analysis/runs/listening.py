"""A reporter that keeps in memory what it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.learning.running import State


@dataclass
class Listener:
    """latest: {split: {measure: value}} after the last epoch. saved: states by epoch."""

    latest: dict[str, dict[str, float]] = field(default_factory=dict)
    saved: dict[int, State] = field(default_factory=dict)
    artifacts: dict[str, bytes] = field(default_factory=dict)

    def progress(self, *, phase: str, epoch: int, split: str = "", step: int = 0, steps: int = 0) -> None:
        """Nothing is kept of it."""

    def measured(self, *, epoch: int, split: str, values: Mapping[str, float]) -> None:
        """The newest of each split."""
        self.latest[split] = dict(values)

    def save(self, *, epoch: int, state: State, values: Mapping[str, float]) -> None:
        """All are kept."""
        self.saved[epoch] = state

    def artifact(self, *, name: str, content: bytes, kind: str) -> None:
        """All are kept, by name."""
        self.artifacts[name] = content

    def check(self) -> None:
        """Always go on."""
