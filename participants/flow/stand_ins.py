"""Stimuli for pages of a block that would choose them, where nobody answers: previews and checks before the start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from experiments.blueprint import Blueprint
from experiments.stimulus_levels import pool_of
from experiments.types import JsonObject
from participants.flow.timeline import Place


def in_turn(blueprint: Blueprint, places: Sequence[Place]) -> tuple[Place, ...]:
    """Each trial with one of the pool, from the first on."""
    return tuple(_with(place, _pool(blueprint, place)) if place.chooser else place for place in places)


def each_once(blueprint: Blueprint, places: Sequence[Place]) -> Iterator[Place]:
    """Every page that a stimulus of the pool may make."""
    for place in places:
        if not place.chooser:
            yield place
        elif place.repetition == 0:
            yield from (replace(place, case=case) for case in _pool(blueprint, place))


def _with(place: Place, pool: Sequence[JsonObject]) -> Place:
    return replace(place, case=pool[place.repetition % len(pool)])


def _pool(blueprint: Blueprint, place: Place) -> tuple[JsonObject, ...]:
    """ValueError if the set is empty or its levels make no numbers."""
    repeat = place.step.repeat
    found = pool_of(blueprint.stimuli.get(repeat.over, ()), repeat.choose) if repeat else ()
    if not found:
        raise ValueError(f"Step “{place.step.name}” has no stimuli to choose from.")
    return found
