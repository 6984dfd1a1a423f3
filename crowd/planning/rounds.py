"""How many more places a campaign posts now."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """goal: completes wanted. completes: so far. waiting: places that somebody may still complete.

    used: places that were submitted, however they ended. most: places that were confirmed, over all rounds.
    """

    goal: int
    completes: int
    waiting: int
    used: int
    most: int

    @property
    def is_met(self) -> bool:
        """Whether nobody more is wanted."""
        return self.completes >= self.goal

    @property
    def wanted(self) -> int:
        """Completes that nobody is on the way to, at least 0."""
        return max(0, self.goal - self.completes - self.waiting)

    @property
    def left(self) -> int:
        """Places that may still be posted, at least 0."""
        return max(0, self.most - self.used - self.waiting)

    @property
    def is_stuck(self) -> bool:
        """More are wanted than were confirmed: somebody has to top it up, or to end it."""
        return self.wanted > 0 and self.left == 0 and self.waiting == 0

    def round(self, size: int) -> int:
        """Places of the next round: what is wanted, no more than a round holds, no more than was confirmed.

        >>> Standing(goal=20, completes=5, waiting=4, used=6, most=22).round(9)
        9
        """
        return min(self.wanted, self.left, size)
