"""Where the rows come from: `data: {type: …}` of a document.

To add one, write a frozen dataclass beside these, register it and import it in `__init__`:

    @SOURCES.register
    @dataclass(frozen=True)
    class Survey(Source):
        '''Answers of our yearly survey. (The first line is its title, the rest its help.)'''

        name: ClassVar[str] = "survey"
        example: ClassVar[JsonObject] = {"type": "survey", "year": 2025}

        year: int = takes(Whole(2000), "Which year.", 2025)

        def table(self) -> Table: ...
        def identity(self) -> JsonObject: ...
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from analysis.learning.members import Member, Register
from analysis.safety.loading.table import Table
from experiments.types import JsonObject


class Source(Member, ABC):
    """Rows that can be read again, and are the same then."""

    name: ClassVar[str]

    @abstractmethod
    def table(self) -> Table:
        """Read now. NotUsable or FileNotFoundError, with the way on."""

    def declares(self) -> JsonObject:
        """What files themselves say of label, groups, features and regime: it stands where a document says nothing."""
        return {}

    @abstractmethod
    def identity(self) -> JsonObject:
        """What tells these data from others, without reading them as a table: hashes, versions."""


SOURCES: Register[Source] = Register("type")
