"""The pages that a session goes through: a pure function of blueprint, arm, seed and row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import cast

from experiments.blueprint import Blueprint, RepeatSpec, StepSpec
from experiments.chance import Stream
from experiments.types import Json, JsonObject
from participants.flow.choosing import Course
from participants.flow.conditions import holds
from participants.flow.orders import assign_levels, order_of
from participants.flow.references import as_text


@dataclass(frozen=True, slots=True)
class Place:
    """One page of the timeline. case: the stimulus it is repeated for. within: {factor: level} of this repetition.

    repetition: 0, 1, ... of its block; n_repetitions: how many there are (1 where nothing is repeated).
    chooser: the block that chooses its stimulus when it is due, by its first step's name; case and course, what was
    chosen and answered in the block so far, are empty till then.
    """

    step: StepSpec
    case_name: str = ""
    case: JsonObject = field(default_factory=dict)
    within: JsonObject = field(default_factory=dict)
    repetition: int = 0
    n_repetitions: int = 1
    chooser: str = ""
    course: Course | None = None

    def stimulus(self) -> JsonObject:
        """What to store with the trial to know it again."""
        found: dict[str, Json] = {}
        if self.case_name:
            found["case"] = self.case.get("id", self.repetition)
        return {**found, "within": self.within} if self.within else found


def timeline(blueprint: Blueprint, stage: str, *, seed: int, row: int) -> tuple[Place, ...]:
    """Every page of a stage in order, those with an unmet `show_if` included.

    row: the session's row of the Latin squares. Same arguments, same pages, on every machine, for ever.
    """
    steps = [step for step in blueprint.steps if step.stage == stage]
    blocks = groupby(enumerate(steps), key=lambda pair: pair[1].repeat or pair[0])
    return tuple(place for _, block in blocks for place in _block(blueprint, [s for _, s in block], seed=seed, row=row))


def _block(blueprint: Blueprint, steps: list[StepSpec], *, seed: int, row: int) -> Iterator[Place]:
    repeat = steps[0].repeat
    if repeat is None:
        yield from (Place(step) for step in steps)
        return
    if repeat.choose:
        yield from _chosen_later(steps, repeat)
        return
    repetitions = _repetitions(blueprint, repeat, seed=seed, row=row)
    for number, (case, within) in enumerate(repetitions):
        yield from (Place(step, repeat.name, case, within, number, len(repetitions)) for step in steps)


def _chosen_later(steps: list[StepSpec], repeat: RepeatSpec) -> Iterator[Place]:
    """As many repetitions as the block may have; it may end before."""
    most = int(cast(int, repeat.choose["trials"]))
    for number in range(most):
        yield from (Place(step, repeat.name, {}, {}, number, most, steps[0].name) for step in steps)


def _repetitions(
    blueprint: Blueprint, repeat: RepeatSpec, *, seed: int, row: int
) -> list[tuple[JsonObject, JsonObject]]:
    """(case, levels) of each repetition in order. Over a within-factor, each level is a case of its own."""
    if repeat.over not in blueprint.stimuli:
        (factor,) = blueprint.within((repeat.over,))
        order = order_of(factor.order, len(factor.levels), row=row, seed=seed)
        levels = [factor.levels[index] for index in order]
        return [({"id": as_text(level), "level": level}, {factor.name: level}) for level in levels]
    cases = _sample(blueprint.stimuli[repeat.over], repeat, seed=seed)
    factors = {factor.name: factor.levels for factor in blueprint.within(repeat.within)}
    within = assign_levels(len(cases), factors, row=row, seed=blueprint.seed)
    order = order_of(repeat.order, len(cases), row=row, seed=seed)
    return [(cases[index], cast(JsonObject, within[index])) for index in order]


def _sample(cases: tuple[JsonObject, ...], repeat: RepeatSpec, *, seed: int) -> tuple[JsonObject, ...]:
    if repeat.sample is None or repeat.sample >= len(cases):
        return cases
    chosen = set(Stream(seed, "sample", repeat.over).sample(range(len(cases)), repeat.sample))
    return tuple(case for index, case in enumerate(cases) if index in chosen)


def next_position(places: tuple[Place, ...], start: int, context: JsonObject) -> int:
    """The first page from `start` on that is to be shown here; len(places) if none is left."""
    for index in range(start, len(places)):
        if is_shown(places[index], context):
            return index
    return len(places)


def is_shown(place: Place, base: JsonObject) -> bool:
    """Whether its condition holds. What it asks of a stimulus that is not chosen yet is left open."""
    condition = place.step.show_if
    if place.chooser and not place.case:
        condition = {key: value for key, value in (condition or {}).items() if key.split(".")[0] != place.case_name}
    return holds(condition, {**base, **_own(place)})


def end_of_block(places: tuple[Place, ...], start: int) -> int:
    """The first position after the block that the place at `start` is in."""
    name = places[start].chooser
    return next((index for index in range(start, len(places)) if places[index].chooser != name), len(places))


def context_of(place: Place, base: JsonObject) -> JsonObject:
    """What references and conditions of a page can see."""
    return {**base, **_own(place)}


def _own(place: Place) -> Mapping[str, Json]:
    own: dict[str, Json] = {
        "within": place.within,
        "repetition": place.repetition + 1,
        "repetitions": place.n_repetitions,
    }
    if place.case_name:
        own[place.case_name] = place.case
    return own
