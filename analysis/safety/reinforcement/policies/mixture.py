"""A little of a new policy, and the rest of the one that plays already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np

from analysis.learning.components import Real
from analysis.learning.members import takes
from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.policies.policy import POLICIES, Cells, FittedPolicy, Policy
from analysis.safety.reinforcement.policies.softmax import Softmax
from analysis.safety.terms import Array
from experiments.types import JsonObject


@dataclass(frozen=True, slots=True, eq=False)
class FittedMixture:
    """share of `inner`, and the rest of the policy that played, whose chances (c,) are in the record."""

    inner: FittedPolicy
    chances: Array
    share: float

    @property
    def size(self) -> int:
        return self.inner.size

    def logs(self, theta: Array) -> Array:
        found: Array = np.log(self._new(theta) + (1 - self.share) * self.chances)
        return found

    def pull(self, theta: Array, weights: Array) -> Array:
        new = self._new(theta)
        return self.inner.pull(theta, weights * new / (new + (1 - self.share) * self.chances))

    def _new(self, theta: Array) -> Array:
        found: Array = self.share * np.exp(self.inner.logs(theta))
        return found


@POLICIES.register
@dataclass(frozen=True)
class Mixture(Policy):
    """A share of a new policy, and the rest of the one that played.

    No action becomes rarer than the rest leaves it, so that weights of importance fall no faster than that: the
    smaller the share, the surer a safety test can be, and the less can change. To act by it, draw: with chance `share`
    ask the new policy, else the old one.
    """

    name: ClassVar[str] = "mixture"
    needs_chances: ClassVar[bool] = True
    example: ClassVar[JsonObject] = {"type": "mixture", "share": 0.5, "of": {"type": "softmax"}}

    of: Policy = takes(POLICIES.inside, "The new policy.", Softmax(), "softmax")
    share: float = takes(Real(0, 1, above=True), "How often the new policy is asked.", 0.5)

    def shaped(self, episodes: Episodes) -> Self:
        return replace(self, of=self.of.shaped(episodes))

    def over(self, cells: Cells) -> FittedPolicy:
        return FittedMixture(self.of.over(cells), cells.chances, self.share)

    def neutral(self) -> Array:
        return self.of.neutral()

    def sample(self, theta: Array, observations: Array, rng: np.random.Generator) -> tuple[Array, Array]:
        """Of the new policy alone: nobody here knows what the old one would do. Their chances are its own."""
        return self.of.sample(theta, observations, rng)
