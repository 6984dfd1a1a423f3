"""Early stopping: what every such strategy promises."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence

from analysis.learning.members import Member, Register
from analysis.learning.strategies.history import Epoch

Peers = Sequence[
    Mapping[int, float]
]  # of each other run of the batch on this fold: epoch -> value of the watched figure


class Stopping(Member):
    """Says after each epoch whether it was the last.

    Pure: it keeps no state, so there is none to save, and a resumed run stops where an uninterrupted one does.
    """

    @abstractmethod
    def reason_to_stop(self, seen: Sequence[Epoch], peers: Peers = ()) -> str | None:
        """A sentence for people if training should end here, else None.

        seen: all epochs so far, in order. peers: only those strategies that compare runs look at them.
        """

    def watches(self) -> tuple[tuple[str, str], ...]:
        """The (split, measure) pairs that must be measured after every epoch."""
        return ()

    def compares_runs(self) -> tuple[str, str] | None:
        """The (split, measure) that it wants of the other runs; None: the run alone decides, and repeats exactly."""
        return None


STOPPING: Register[Stopping] = Register("kind")
