"""Checkpointing: what every such strategy promises."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from analysis.learning.members import Member, Register
from analysis.learning.strategies.history import Epoch


class Checkpointing(Member):
    """Says which epochs are kept.

    Pure. The trainer asks ``wants`` after an epoch; the keeper asks ``lets_go`` once the new checkpoint is committed,
    and deletes only then: whenever the power fails, what the strategy promises is there.
    """

    @abstractmethod
    def wants(self, seen: Sequence[Epoch], *, is_last: bool) -> bool:
        """Whether to keep a checkpoint of the last epoch in ``seen``. is_last: training ends here, for any reason."""

    @abstractmethod
    def lets_go(self, kept: Sequence[Epoch]) -> tuple[int, ...]:
        """Which of the kept epochs, with their figures, are no longer wanted, in rising order. Never all of them."""

    def watches(self) -> tuple[tuple[str, str], ...]:
        """The (split, measure) pairs that must be measured after every epoch."""
        return ()


CHECKPOINTING: Register[Checkpointing] = Register("kind")
