"""Whether the sections of a document agree with each other: what a strategy watches must be there in every fold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analysis.learning.components import Finding
from analysis.learning.components.templates import has_template
from analysis.learning.strategies import Checkpointing, Stopping, parse_checkpoints, parse_stopping
from analysis.learning.validation import Given, Nested, Scheme, parse_validation
from experiments.types import JsonObject

SECTIONS = ("validation", "stopping", "checkpoints")


def disagreements_in(document: JsonObject) -> Iterator[Finding]:
    """Of a document whose sections have no faults by themselves. Where one is swept, each setting is asked instead."""
    if any(has_template(document.get(section)) for section in SECTIONS):
        return
    validation, stopping, checkpoints = (document.get(section) for section in SECTIONS)
    yield from disagreements(
        parse_validation(validation), stopping=parse_stopping(stopping), checkpoints=parse_checkpoints(checkpoints)
    )


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
