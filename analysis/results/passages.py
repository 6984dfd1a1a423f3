"""How many units got how far before anything was measured: rooms above say it for their kinds of units."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from experiments.models import Experiment


@dataclass(frozen=True, slots=True)
class Stage:
    """total: how many got so far. by_arm: {arm: how many}; empty where nobody has an arm yet."""

    title: str
    total: int
    by_arm: Mapping[str, int] = field(default_factory=dict)


Reader = Callable[[Experiment, bool], Sequence[Stage]]
"""Experiment and whether its rehearsal is meant; out come stages, the earliest first."""

READERS: dict[str, Reader] = {}


def register(unit_kind: str, reader: Reader) -> None:
    """Who knows of units of that kind how far they got."""
    READERS[unit_kind] = reader


def stages_of(experiment: Experiment, *, is_rehearsal: bool) -> tuple[Stage, ...]:
    """What is known before the assignment and up to the end; () of units that only have an arm."""
    reader = READERS.get(experiment.unit_kind)
    return tuple(reader(experiment, is_rehearsal)) if reader else ()
