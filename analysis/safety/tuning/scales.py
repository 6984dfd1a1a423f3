"""A number between two ends as a search over all numbers sees it."""

from __future__ import annotations

import math
from dataclasses import dataclass

EDGE = 1e-9


@dataclass(frozen=True, slots=True)
class Scale:
    """low < high; log: by order of magnitude, low above 0; whole: rounded when decoded. start: where to begin, or None.

    Encoded by the logit of the share of the way from low to high: 0 is the middle, and no code leaves the ends.

    >>> round(Scale(1e-4, 0.1, log=True).encode(0.005), 6), round(Scale(0, 10).decode(0.0), 6)
    (0.266866, 5.0)
    """

    low: float
    high: float
    log: bool = False
    whole: bool = False
    start: float | None = None

    def at(self, share: float) -> float:
        """The value a share in [0, 1] of the way from low to high."""
        low, high = self._ends()
        found = low + (high - low) * share
        value = min(max(math.exp(found) if self.log else found, self.low), self.high)
        return float(round(value)) if self.whole else float(f"{value:.12g}")

    def encode(self, value: float) -> float:
        """ValueError outside the ends."""
        if not self.low <= value <= self.high:
            raise ValueError(f"value must be from {self.low:g} to {self.high:g}, not {value:g}.")
        low, high = self._ends()
        share = ((math.log(value) if self.log else value) - low) / (high - low)
        share = min(max(share, EDGE), 1 - EDGE)
        return math.log(share / (1 - share))

    def decode(self, code: float) -> float:
        return self.at(1 / (1 + math.exp(-code)) if code > 0 else math.exp(code) / (1 + math.exp(code)))

    def _ends(self) -> tuple[float, float]:
        return (math.log(self.low), math.log(self.high)) if self.log else (self.low, self.high)
