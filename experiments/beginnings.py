"""What happens when an experiment first lets real units in, in the same transaction: rooms above add their own."""

from __future__ import annotations

from collections.abc import Callable

from experiments.models import Experiment

Beginning = Callable[[Experiment], None]

BEGINNINGS: list[Beginning] = []


def register(beginning: Beginning) -> Beginning:
    """Add one: called once with the locked experiment, which has its version and runs; a Refusal undoes the start."""
    if beginning not in BEGINNINGS:
        BEGINNINGS.append(beginning)
    return beginning


def begin(experiment: Experiment) -> None:
    """Let each do its part."""
    for beginning in BEGINNINGS:
        beginning(experiment)
