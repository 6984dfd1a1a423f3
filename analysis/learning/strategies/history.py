"""What strategies look at: the figures of a run, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MAXIMISE, MINIMISE = "maximise", "minimise"


@dataclass(frozen=True, slots=True)
class Epoch:
    """One epoch's figures: "validation/f1_macro" -> value. number: counts from 1; 0 is before any training."""

    number: int
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Watched:
    """Which figure a strategy looks at, and which way is better."""

    split: str = "validation"
    measure: str = "loss"
    direction: str = MINIMISE

    @property
    def key(self) -> str:
        return figure_key(self.split, self.measure)

    def of(self, seen: Sequence[Epoch]) -> list[float]:
        """Its values in the order of the epochs, turned so that more is better. Epochs without it are left out.

        ValueError if the last epoch has figures, but not this one: then nobody would ever notice.
        """
        if seen and seen[-1].number and self.key not in seen[-1].values:
            known = ", ".join(sorted(seen[-1].values)) or "none"
            raise ValueError(f"There is no figure {self.key} to watch. The figures after an epoch: {known}.")
        sign = 1 if self.direction == MAXIMISE else -1
        return [sign * epoch.values[self.key] for epoch in seen if self.key in epoch.values]


def figure_key(split: str, name: str) -> str:
    """How a figure is called in an epoch and a checkpoint: "validation/f1_macro"."""
    return f"{split}/{name}"
