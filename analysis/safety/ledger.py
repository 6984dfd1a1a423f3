"""Who counts the uses of safety sets: the border between those who test and those who keep."""

from __future__ import annotations

from typing import Protocol

from analysis.learning.running import Reporter
from analysis.safety.report import Origin


class Ledger(Protocol):
    """Told before a safety set is looked into, so that a look that never came to an end is counted, too."""

    def count(self, origin: Origin, candidate: str, reporter: Reporter) -> int:
        """How many candidates safety sets of these data have seen, this one included: divided otherwise, with another
        seed or share, they share rows. The same candidate of the same set again is no second use.
        """
        ...

    def seen(self, origin: Origin) -> int:
        """How many candidates safety sets of these data have seen so far."""
        ...
