"""Where episodes come from: `data: {type: …}` of a document whose regime is reinforcement learning.

To add one, write a frozen dataclass beside these and register it; a Django app registers its own when it is ready.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from analysis.learning.members import Member, Register
from experiments.types import JsonObject

if TYPE_CHECKING:  # numpy comes with these, and apps register sources while a web process starts
    from analysis.safety.loading.table import Table
    from analysis.safety.reinforcement.episodes import Episodes
    from analysis.safety.reinforcement.returns import Returns
    from analysis.safety.testing.resemblance import Marks


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """Episodes as they were read. attributes: columns of one value an episode, which groups are made of.

    returns: what the source itself knows of how rewards add up and what they can be; a document may say more. meaning:
    what observations and actions stand for, for those who act by what was learnt. is_adaptive: whether the policy that
    played learnt meanwhile: then episodes depend on those before, and stand in their order. are_apart: known to be of
    different units. keys: (n,), names of the episodes that no other episode has, so that they are known again.
    """

    name: str
    episodes: Episodes
    attributes: Table
    returns: Returns | None = None
    remarks: tuple[str, ...] = ()
    meaning: JsonObject | None = None
    is_adaptive: bool = False
    are_apart: bool = False
    keys: Marks | None = None


class EpisodeSource(Member, ABC):
    """Episodes that can be read again, and are the same then."""

    name: ClassVar[str]

    @abstractmethod
    def recorded(self) -> Recorded:
        """Read now. NotUsable or FileNotFoundError, with the way on."""

    @abstractmethod
    def identity(self) -> JsonObject:
        """What tells these episodes from others: hashes, versions."""


EPISODES: Register[EpisodeSource] = Register("type")
