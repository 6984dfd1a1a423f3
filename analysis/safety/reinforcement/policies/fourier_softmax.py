"""A softmax policy whose preferences are linear in a Fourier basis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.learning.components import Finding, ListOf, Real, Whole
from analysis.learning.members import takes
from analysis.safety.reinforcement.fourier import MOST_FEATURES, coefficients, cosines, scaled
from analysis.safety.reinforcement.policies.policy import POLICIES
from analysis.safety.reinforcement.policies.softmax import SoftmaxOf
from analysis.safety.terms import Array
from experiments.types import JsonObject


def range_faults(low: tuple[float, ...], high: tuple[float, ...]) -> Iterator[Finding]:
    """What is wrong with a range of observations."""
    if len(low) != len(high):
        yield (
            ("high",),
            f"low has {len(low)} numbers and high {len(high)}.",
            "One of each for every number that is seen.",
        )
    elif any(not one < other for one, other in zip(low, high, strict=True)):
        yield ("high",), "Every high must be above its low.", "The range that each number can have."


@POLICIES.register
@dataclass(frozen=True)
class FourierSoftmax(SoftmaxOf):
    """Preferences that are linear in cosines of what is seen.

    For a few numbers of a known range, such as the position and velocity of a car.
    """

    name: ClassVar[str] = "fourier_softmax"
    example: ClassVar[JsonObject] = {
        "type": "fourier_softmax",
        "low": [-1.2, -0.07],
        "high": [0.5, 0.07],
        "order": 2,
        "actions": 3,
        "first_action": -1,
    }

    low: tuple[float, ...] = takes(ListOf(Real(), least=1), "The least that each number can be.", (0.0,), [0.0])
    high: tuple[float, ...] = takes(ListOf(Real(), least=1), "The most that each number can be.", (1.0,), [1.0])
    order: int = takes(Whole(0, 100), "How fast the fastest cosine is.", 3)
    coupled: int = takes(Whole(-1, 100), "How many numbers one cosine may look at; -1: all.", -1)

    def disagreements(self) -> Iterator[Finding]:
        yield from range_faults(self.low, self.high)
        if (self.order + 1) ** len(self.low) > MOST_FEATURES:
            yield ("order",), f"The basis would have more than {MOST_FEATURES:,} features.", "Take a lower order."

    def shape(self) -> tuple[int, int]:
        if self.actions is None:
            raise ValueError("A policy without sizes has to be shaped by episodes first.")
        return len(self._vectors()), self.actions

    def features(self, observations: Array) -> Array:
        if observations.shape[1] != len(self.low):
            raise ValueError(f"The range is of {len(self.low)} numbers, and {observations.shape[1]} are seen.")
        return cosines(scaled(observations, np.array(self.low), np.array(self.high)), self._vectors())

    def _vectors(self) -> Array:
        return coefficients(len(self.low), self.order, self.coupled)
