"""Pages as participants would get them, of a definition that nobody has frozen. Reads no session, stores nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from experiments.blueprint import Blueprint
from experiments.types import Json, JsonObject
from participants.displays.errors import PropsError
from participants.flow.conditions import holds
from participants.flow.page import build_page
from participants.flow.references import UnknownReference, as_text
from participants.flow.stand_ins import in_turn
from participants.flow.timeline import Place, context_of, timeline
from participants.presenting import PageUrls, PageView, direction_of, shown_components

STAGES = ("screening", "main")


class PreviewRefused(ValueError):
    """The page cannot be built. One sentence."""


class Anything(Mapping[str, Json]):
    """Answers and attributes that nobody has given yet: each reads as “…”."""

    def __getitem__(self, key: str) -> Json:
        return "…"

    def __contains__(self, key: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Whose page: an arm's name ("" for the first), a language ("" for the default), a seed for orders."""

    arm: str = ""
    language: str = ""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Outline:
    """A page of the walk through."""

    number: int
    step: str
    stage: str
    about: str
    is_conditional: bool


def blueprint_of(definition: JsonObject, languages: Sequence[str]) -> Blueprint:
    """Of a definition as it stands in the tables."""
    return Blueprint.parse({**definition, "languages": list(languages)})


def places_of(blueprint: Blueprint, choice: Choice) -> tuple[Place, ...]:
    """Both stages, every page, those under a condition included. PreviewRefused if the timeline cannot be laid out."""
    try:
        places = [place for stage in STAGES for place in timeline(blueprint, stage, seed=choice.seed, row=0)]
        return in_turn(blueprint, places)
    except (ValueError, KeyError) as error:
        raise PreviewRefused(f"The timeline cannot be laid out: {error}") from error


def outline(places: Sequence[Place]) -> list[Outline]:
    """The walk through as a list."""
    return [
        Outline(number, place.step.name, place.step.stage, _about(place), place.step.show_if is not None)
        for number, place in enumerate(places)
    ]


def _about(place: Place) -> str:
    found = [as_text(place.case.get("id"))] if place.case_name else []
    return ", ".join([*found, *(f"{name} {as_text(level)}" for name, level in place.within.items())])


def place_of_step(places: Sequence[Place], step: str, repetition: int) -> int:
    """The number of the page of that step in that repetition (from 1), the last one if there are fewer."""
    numbers = [number for number, place in enumerate(places) if place.step.name == step]
    if not numbers:
        raise PreviewRefused("This step has no page: the list it is repeated over is empty.")
    return numbers[min(max(repetition, 1), len(numbers)) - 1]


def preview(blueprint: Blueprint, places: Sequence[Place], number: int, choice: Choice) -> PageView:
    """One page. PreviewRefused with the sentence that a researcher needs."""
    language = choice.language if choice.language in blueprint.languages else blueprint.languages[0]
    place = places[number]
    base = {"arm": _arm(blueprint, choice.arm), "session": SESSION, "answers": Anything(), "attributes": Anything()}
    try:
        page = build_page(
            place,
            context_of(place, cast(JsonObject, base)),
            language=language,
            languages=blueprint.languages,
            chance=f"{choice.seed}:{place.step.stage}:{number}",
        )
    except (PropsError, UnknownReference) as error:
        raise PreviewRefused(f"Step “{place.step.name}”: {error}") from error
    shown = _shown(places, number, cast(JsonObject, base))
    return PageView(
        title=page.title,
        components=shown_components(page),
        nonce="",
        action="",
        urls=PageUrls(),
        position=shown.index(number),
        total=len(shown),
        timeout_remaining_ms=None,
        language=language,
        direction=direction_of(language),
        study_title=blueprint.title,
        contact="",
        preview=True,
    )


def _shown(places: Sequence[Place], number: int, base: JsonObject) -> list[int]:
    """The pages that the arm is shown, and the one looked at."""
    return [
        other
        for other, place in enumerate(places)
        if other == number or holds(place.step.show_if, context_of(place, base))
    ]


SESSION: JsonObject = {"number": 1, "row": 0}


def _arm(blueprint: Blueprint, name: str) -> JsonObject:
    """The arm of that name, or the first."""
    found = blueprint.arms.get(name) or next(iter(blueprint.arms.values()), None)
    return found.words() if found else {}
