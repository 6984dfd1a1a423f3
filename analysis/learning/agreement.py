"""Whether the sections of a document agree with each other: what a strategy watches must be there in every fold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analysis.learning.components import Finding
from analysis.learning.strategies import Checkpointing, Stopping
from analysis.learning.validation import Given, Nested, Scheme


def disagreements(scheme: Scheme, *, stopping: Stopping | None, checkpoints: Checkpointing) -> Iterator[Finding]:
    """Strategies that watch a part which some folds do not have. Paths begin at the document's top.

    Nothing can be said where the data come divided: their parts are known when they are read.
    """
    if isinstance(scheme, Given):
        return
    for section, watched in (
        ("stopping", stopping.watches() if stopping else ()),
        ("checkpoints", checkpoints.watches()),
    ):
        for split in sorted({split for split, _ in watched} - _always_there(scheme)):
            yield (section,), f"It watches {split}, which not every fold has.", _way_on(scheme, split)


def _always_there(scheme: Scheme) -> set[str]:
    parts: Iterable[set[str]] = (set(scheme.parts_of(fold)) for fold in scheme.folds_to_run())
    return set.intersection(*parts)


def _way_on(scheme: Scheme, split: str) -> str:
    if isinstance(scheme, Nested) and split == "validation":
        return "Outer folds are judged by test. Set validation.outer_validation to a share, or watch train."
    return f"Every fold has: {', '.join(sorted(_always_there(scheme)))}."
