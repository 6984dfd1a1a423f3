"""A document with places left open, and what may stand there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from analysis.learning.digests import digest_of
from analysis.learning.search.distributions import Distribution
from analysis.learning.search.matching import ABSENT, Absent, Matcher, Pending
from experiments.problems import Path
from experiments.types import Json, JsonObject


@dataclass(frozen=True, slots=True, eq=False)
class Literal:
    """A value to be taken as it is, whatever it looks like."""

    value: Json


@dataclass(frozen=True, slots=True, eq=False)
class Open(Pending):
    """One place left open, once in a space. It is filled by one of its options, or by a number that is drawn.

    key: unlike every other place's, but for those that are zipped together: they are filled by the same choice.
    name: as people call it. when: what must hold elsewhere in the setting; `otherwise` stands there if it does not.
    """

    key: str
    name: str
    path: Path
    options: tuple[Node, ...] = ()
    distribution: Distribution | None = None
    when: tuple[Matcher, ...] = ()
    otherwise: Node | Absent = ABSENT


Node = Json | Literal | Open | list["Node"] | dict[str, "Node"]

Choose = Callable[[Open], int | float]
"""Says which option stands there (its number, from 0), or which number in [0, 1) the distribution is asked for."""


@dataclass(frozen=True, slots=True)
class Built:
    """A setting with nothing left open. choices: by the name of each place that was open and mattered, its value."""

    setting: JsonObject
    choices: Mapping[str, Json] = field(default_factory=dict)
    _digest: list[str] = field(default_factory=list, compare=False, repr=False)

    @property
    def digest(self) -> str:
        """Of the setting; computed once."""
        if not self._digest:
            self._digest.append(digest_of(self.setting))
        return self._digest[0]
