"""One page as a participant gets it: references resolved, language chosen, chance settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from experiments.blueprint import ComponentSpec
from experiments.types import Json, JsonObject
from participants.displays import parse
from participants.displays.base import Display, Question
from participants.displays.errors import AnswerError
from participants.flow.references import BY_PERSON, as_text, in_language, in_words, resolve
from participants.flow.timeline import Place


@dataclass(frozen=True, slots=True)
class Component:
    """A display in its place on a page. name: of its fields; unique on the page."""

    spec: ComponentSpec
    display: Display
    name: str
    correct: Json

    @property
    def question(self) -> Question | None:
        """The display, if it asks."""
        return self.display if isinstance(self.display, Question) else None


@dataclass(frozen=True, slots=True)
class Page:
    """A resolved page."""

    place: Place
    title: str
    components: tuple[Component, ...]

    def questions(self) -> tuple[tuple[Component, Question], ...]:
        """Those that ask."""
        return tuple((component, component.question) for component in self.components if component.question)


@dataclass(frozen=True, slots=True)
class Reply:
    """What was read of a posted page. errors: {component: AnswerError}; checks: {component: passed}."""

    answers: Mapping[str, Json]
    errors: Mapping[str, AnswerError]
    checks: Mapping[str, bool]

    @property
    def failed(self) -> bool:
        """Whether any check was missed."""
        return not all(self.checks.values())


def build_page(place: Place, context: JsonObject, *, language: str, languages: tuple[str, ...], chance: str) -> Page:
    """The page that this place becomes for somebody. PropsError or UnknownReference if the study file is wrong.

    chance: settles shuffled options and sides; the same for the same session and place.
    """

    shown = {**context, **{root: in_words(context.get(root)) for root in BY_PERSON}}

    def resolved(value: Json, seen: JsonObject = shown) -> Json:
        referred = resolve(in_language(value, language, languages), seen)
        return in_language(referred, language, languages)  # stimuli may hold texts by language too

    components = tuple(
        _component(spec, index, resolved(spec.props), resolved(spec.correct, context), chance)
        for index, spec in enumerate(place.step.components)
    )
    return Page(place, as_text(resolved(place.step.title)), components)


def _component(spec: ComponentSpec, index: int, props: Json, correct: Json, chance: str) -> Component:
    name = spec.name or f"display-{index}"
    display = parse(spec.kind, cast(JsonObject, props), name=name).arranged(f"{chance}:{name}")
    return Component(spec, display, name, correct)


def read_reply(page: Page, posted: Mapping[str, list[str]], *, lenient: bool = False) -> Reply:
    """Every answer of the page, or every error. lenient (after a time-out): keep what can be read, require nothing."""
    answers: dict[str, Json] = {}
    errors: dict[str, AnswerError] = {}
    for component, question in page.questions():
        try:
            answers[component.name] = question.read(
                posted, name=component.name, required=component.spec.required and not lenient
            )
        except AnswerError as error:
            if not lenient:
                errors[component.name] = error
    return Reply(answers, errors, {} if errors else _checks(page, answers))


def _checks(page: Page, answers: Mapping[str, Json]) -> dict[str, bool]:
    return {
        component.name: question.score(answers.get(component.name), component.correct)
        for component, question in page.questions()
        if component.spec.check
    }
