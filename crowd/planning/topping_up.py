"""What more completes, or more places, of a campaign that people can see already would cost."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal

from crowd.planning.fees import CENT
from crowd.planning.plan import Asked, Cost, cost_of_one
from experiments.types import JsonObject

MOST = 10_000


@dataclass(frozen=True, slots=True)
class TopUp:
    """completes: by which the goal is raised. spare: places beyond them. campaign, goal, places: as they stand before.

    Its digest holds for one time only: afterwards the campaign stands elsewhere.
    """

    campaign: str
    goal: int
    places: int
    completes: int
    spare: int
    each: Cost
    currency: str

    @property
    def total(self) -> Decimal:
        """At worst. Two decimals."""
        return self.each.times(self.completes + self.spare).total.quantize(CENT)

    @property
    def sha256(self) -> str:
        """Of what binds."""
        return hashlib.sha256(json.dumps(self._binding(), sort_keys=True).encode()).hexdigest()

    def _binding(self) -> JsonObject:
        return {
            "campaign": self.campaign,
            "goal": self.goal,
            "places": self.places,
            "completes": self.completes,
            "spare": self.spare,
            "each": self.each.as_json(),
            "total": str(self.total),
            "currency": self.currency,
        }

    def as_json(self) -> JsonObject:
        """For the API and the diary."""
        return {**self._binding(), "sha256": self.sha256}


def top_up(asked: Asked, *, campaign: str, places: int, completes: int, spare: int) -> TopUp:
    """ValueError for nothing, or for more than MOST."""
    if completes < 0 or spare < 0 or not 1 <= completes + spare <= MOST:
        raise ValueError(f"completes and spare must be at least 0 and together in [1, {MOST:,}].")
    each = cost_of_one(asked, places=asked.shape.at_most or 1)
    return TopUp(campaign, asked.goal, places, completes, spare, each, asked.currency)
