"""The models that a document may name: each a frozen dataclass of its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.learning.members import Member, Register
from analysis.safety.terms import Array, Fitted, Regime, Samples


@dataclass(frozen=True)
class Family(Member):
    """`terms.Model`; a member writes `over` and `start`, and `shaped` if it learns anything before the search."""

    regimes: ClassVar[frozenset[Regime]]

    def as_the_engine(self) -> Family:
        """With the numbers of the Seldonian Engine; most have them anyway."""
        return self

    def shaped(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Family:
        return self

    def over(self, features: Array, *, classes: int) -> Fitted:
        raise NotImplementedError

    def while_searching(self, features: Array, *, classes: int) -> Fitted:
        return self.over(features, classes=classes)

    def start(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Array:
        raise NotImplementedError


MODELS: Register[Family] = Register("type")
