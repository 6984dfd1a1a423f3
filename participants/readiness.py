"""Before an experiment opens: can every page of it be built?"""

from __future__ import annotations

from collections.abc import Iterable

from experiments.blueprint import Blueprint, StepSpec
from experiments.types import Json, JsonObject
from participants.displays.errors import PropsError
from participants.flow.conditions import unknown_operators
from participants.flow.page import build_page
from participants.flow.references import UNTOLD, UnknownReference
from participants.flow.stand_ins import each_once
from participants.flow.timeline import Place, context_of, timeline


def pages_can_be_built(definition: JsonObject) -> Iterable[str]:
    """A sentence for every page, arm and language that would fail in front of a participant."""
    if definition.get("unit_kind") != "participant":
        return
    blueprint = Blueprint.parse(definition)
    seen: set[str] = set()
    for sentence in _sentences(blueprint):
        if sentence not in seen:
            seen.add(sentence)
            yield sentence


def _sentences(blueprint: Blueprint) -> Iterable[str]:
    for step in blueprint.steps:
        yield from _unknown_operators(step)
    for arm in blueprint.arms.values():
        base: dict[str, Json] = {
            "arm": arm.words(),
            "session": {"number": 1, "row": 0},
            "attributes": {},
        }
        for stage in ("screening", "main"):
            for place in each_once(blueprint, timeline(blueprint, stage, seed=0, row=0)):
                yield from _page(place, base, blueprint)


def _unknown_operators(step: StepSpec) -> Iterable[str]:
    when = step.screen_out.get("when") if step.screen_out else None
    for name in (*unknown_operators(step.show_if), *unknown_operators(when)):
        yield f"Step “{step.name}”: the condition uses “{name}”, which is not an operator."


def _page(place: Place, base: dict[str, Json], blueprint: Blueprint) -> Iterable[str]:
    context = context_of(place, {**base, "answers": _any_answers(blueprint)})
    try:
        build_page(place, context, language=blueprint.languages[0], languages=blueprint.languages, chance="check")
    except (PropsError, UnknownReference, ValueError) as error:
        if not str(getattr(error, "path", "")).startswith(("answers.", "attributes.")):
            yield f"Step “{place.step.name}”: {error}"


def _any_answers(blueprint: Blueprint) -> dict[str, Json]:
    return {component.name: UNTOLD for step in blueprint.steps for component in step.components if component.name}
