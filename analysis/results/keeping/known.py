"""What sums say of a group of units."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.statistics.moments import Moments
from analysis.statistics.sequential.bounded_evidence import BoundedEvidence


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the values of some units. odd: how many are neither 0 nor 1. bad: how many are too large, or
    outside their ends: then only the values themselves can say why there is no answer. changed: of how many the value
    may have been another one at an earlier look.

    beside: of the second set of variables, of the units that have all of them.
    """

    moments: Moments
    odd: int
    bad: int
    evidence: BoundedEvidence | None
    beside: Moments | None
    changed: int = 0

    @property
    def n(self) -> int:
        """How many units have a value."""
        return self.moments.n
