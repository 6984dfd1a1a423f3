"""Where outcomes come from: the record of measurements, and what rooms above add (decisions and their rewards)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from analysis.results.columns import Columns
from experiments.models import Experiment


@dataclass(frozen=True, slots=True)
class Cursor:
    """Up to which ids. values: of what is measured. units: of what it is measured on."""

    values: int = 0
    units: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Which units are asked for: of an experiment, real or rehearsal, with keys in [first, end)."""

    experiment: Experiment
    is_rehearsal: bool
    first: int = 0
    end: int = 2**62


class Source(Protocol):
    """One kind of record. Columns are a function of what is there up to the cursor, the same bits each time."""

    name: str

    def concerns(self, experiment: Experiment) -> bool:
        """Whether this experiment's outcomes are found here."""
        ...

    def settled(self) -> Cursor | None:
        """Up to where nothing can appear any more. None while somebody keeps inserting."""
        ...

    def grown(self, after: Cursor, up_to: Cursor) -> set[tuple[int, bool]]:
        """Experiments with something new: (key, whether rehearsal). A cheap look by primary key."""
        ...

    def touched(self, part: Part, after: Cursor, up_to: Cursor) -> set[int]:
        """Keys of units, each divided by the span of a block, of which something is new."""
        ...

    def columns(self, part: Part, up_to: Cursor) -> Columns:
        """What is known of the part's units."""
        ...


SOURCES: list[Source] = []


def register(source: Source) -> Source:
    """Make a source known; it comes before those that were there."""
    if source not in SOURCES:
        SOURCES.insert(0, source)
    return source


def source_of(experiment: Experiment) -> Source:
    """The first that has its outcomes; the record of measurements has everybody's."""
    return next(source for source in SOURCES if source.concerns(experiment))
