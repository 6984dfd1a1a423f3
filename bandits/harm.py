"""Values of a measure as harm, so that one guardrail serves the reward and every measure. Pure but for its types."""

from __future__ import annotations

from dataclasses import dataclass

from bandits.goal import bounds_of
from bandits.learning import Learning
from bandits.ramps import REWARD, Guardrail


@dataclass(frozen=True)
class Scale:
    """How a guardrail's values become harm, from 0 (as good as can be) to 1. is_down: less is better."""

    low: float
    high: float
    is_down: bool

    @classmethod
    def of(cls, guardrail: Guardrail, learning: Learning) -> Scale:
        """Of the reward, or of the measure."""
        if guardrail.measure == REWARD:
            return cls(*learning.bounds, is_down=False)
        measure = learning.goal.measures[guardrail.measure]
        return cls(*bounds_of(measure), is_down=measure.direction == "down")

    @property
    def width(self) -> float:
        """Of the range."""
        return self.high - self.low

    def harm(self, value: float) -> float:
        """Of a value."""
        part = min(max((value - self.low) / self.width, 0.0), 1.0)
        return part if self.is_down else 1 - part

    def value(self, harm: float) -> float:
        """The other way round."""
        return self.low + self.width * (harm if self.is_down else 1 - harm)

    def change(self, harm: float) -> float:
        """A difference of harms as a difference of values."""
        return self.width * harm if self.is_down else -self.width * harm
