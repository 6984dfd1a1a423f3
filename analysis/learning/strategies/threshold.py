"""Stop at a figure that is good enough, or hopeless."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.learning.components import Finding, Nullable, Real, Whole
from analysis.learning.members import takes
from analysis.learning.strategies.history import MAXIMISE, Epoch
from analysis.learning.strategies.stopping import STOPPING, Peers
from analysis.learning.strategies.watching import WatchingStopping
from experiments.types import JsonObject


@STOPPING.register
@dataclass(frozen=True)
class Threshold(WatchingStopping):
    """Stop as soon as the figure is good enough, or when it is still worse than it must be."""

    name: ClassVar[str] = "threshold"
    example: ClassVar[JsonObject] = {
        "kind": "threshold",
        "measure": "f1_macro",
        "direction": "maximise",
        "good_enough": 0.95,
    }

    good_enough: float | None = takes(Nullable(Real()), "Stop at this figure or a better one; null: never.", None)
    hopeless: float | None = takes(Nullable(Real()), "Stop at a worse figure than this; null: never.", None)
    patience: int = takes(Whole(0), "Epochs before a hopeless figure ends the run.", 0)

    def disagreements(self) -> Iterator[Finding]:
        if self.good_enough is None and self.hopeless is None:
            yield (), "It would never stop.", "Write good_enough, hopeless, or both."
        elif (
            self.good_enough is not None and self.hopeless is not None and self._beats(self.hopeless, self.good_enough)
        ):
            yield ("hopeless",), "What is hopeless is better than what is good enough.", "Look at direction."

    def reason_to_stop(self, seen: Sequence[Epoch], peers: Peers = ()) -> str | None:
        if not self.figure.of(seen[-1:]):
            return None
        value = seen[-1].values[self.figure.key]
        if self.good_enough is not None and not self._beats(self.good_enough, value) and value == value:
            return f"{self.figure.key} is {value:.6g}: good enough."
        if self.hopeless is not None and seen[-1].number > self.patience and not self._is_bearable(value):
            return f"{self.figure.key} is {value:.6g} after {seen[-1].number} epochs: hopeless."
        return None

    def _is_bearable(self, value: float) -> bool:
        return value == self.hopeless or self._beats(value, self.hopeless or 0.0)

    def _beats(self, one: float, other: float) -> bool:
        return one > other if self.direction == MAXIMISE else one < other
