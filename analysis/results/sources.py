"""Where outcomes come from: the record of measurements, and what rooms above add (decisions and their rewards)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol, cast

from django.utils.module_loading import import_string

from experiments.models import Experiment

if TYPE_CHECKING:  # NumPy: only when somebody counts
    from analysis.results.columns import Columns


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

    def waits(self, part: Part, up_to: Cursor) -> dict[int, float]:
        """{key of a unit: seconds from its arm to its first value}, of the units that have one."""
        ...


PATHS: list[str] = ["analysis.results.record.Record"]


def register(path: str) -> None:
    """Make a source known by the path of its class, imported when somebody counts; it is asked before the others."""
    if path not in PATHS:
        PATHS.insert(0, path)
        sources.cache_clear()


@cache
def sources() -> tuple[Source, ...]:
    """All of them; the last is the record of measurements, which has everybody's."""
    return tuple(cast(Source, import_string(path)()) for path in PATHS)


def source_of(experiment: Experiment) -> Source:
    """The first that has its outcomes."""
    return next(source for source in sources() if source.concerns(experiment))
