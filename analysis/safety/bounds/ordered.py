"""Bounds that take the values one after the other, and so need an order that hangs on none of them."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.learning.components import Nullable, Whole
from analysis.learning.members import takes
from analysis.learning.seeds import LARGEST, permutation
from analysis.safety.bounds.one_sided import OneSided
from analysis.safety.terms import Array


@dataclass(frozen=True)
class Ordered(OneSided):
    """The order is drawn from `seed` and the number of values alone: repeatable, and a sorted file does no harm."""

    seed: int | None = takes(
        Nullable(Whole(0, LARGEST)), "From which the order of the values is drawn; null: as they come.", 0
    )

    def in_order(self, values: Array) -> Array:
        if self.seed is None:
            return values
        ordered: Array = values[permutation(len(values), self.seed, "order of values")]
        return ordered
