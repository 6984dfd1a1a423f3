"""Displays become HTML here: template, language, what was answered before, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, override, pgettext

from experiments.types import Json
from participants.displays import AnswerError, AnswerProblem, Display, Question
from participants.displays.base import Posted
from participants.markdown import clean_task, plain_text


class Component(Protocol):
    """What a page's component must have to be rendered."""

    @property
    def name(self) -> str:
        """Its name: the stem of its fields."""
        ...

    @property
    def display(self) -> Display:
        """What it shows or asks, with its chance settled."""
        ...

    @property
    def required(self) -> bool:
        """Whether an answer is wanted."""
        ...


@dataclass(frozen=True)
class ErrorEntry:
    """One line of the summary of errors, and the field it leads to."""

    field_id: str
    label: str
    message: str


def render_component(
    component: Component, *, value: object = None, error: AnswerError | str | None = None, language: str = ""
) -> SafeString:
    """The HTML of a component.

    value: an earlier answer (JSON), or the posted fields (a QueryDict) of an attempt that was refused.
    """
    posted: Posted = dict(value.lists()) if isinstance(value, MultiValueDict) else stored(component, value)
    with override(language or get_language()):
        errors = messages_of(error, component.name)
        return render_display(
            component.display, name=component.name, posted=posted, required=component.required, errors=errors
        )


def stored(component: Component, answer: object) -> Posted:
    """The fields that an earlier answer filled."""
    if answer is None or not isinstance(component.display, Question):
        return {}
    return component.display.post(answer, name=component.name)  # type: ignore[arg-type]  # JSON column


def render_display(
    display: Display,
    *,
    name: str = "",
    posted: Posted | None = None,
    required: bool = True,
    errors: Mapping[str, str] | None = None,
) -> SafeString:
    """The HTML of a display in the language in force; nested ones come through here too."""
    context = {
        "display": display,
        "name": name,
        "id": field_id(name),
        "posted": posted or {},
        "required": required,
        "errors": errors or {},
        "error": (errors or {}).get(name, ""),
    }
    return render_to_string(display.template, context)


def field_id(name: str) -> str:
    """The element id of a field."""
    return f"f-{name}"


def messages_of(error: AnswerError | str | None, name: str) -> dict[str, str]:
    """Field name -> sentence, in the language in force."""
    if not error:
        return {}
    if isinstance(error, AnswerError):
        return {problem.name or name: translate_problem(problem) for problem in error.problems}
    return {name: str(error)}


def translate_problem(problem: AnswerProblem) -> str:
    """The sentence of a problem in the language in force."""
    return gettext(problem.message) % dict(problem.params)


def error_entries(components: Iterable[object]) -> list[ErrorEntry]:
    """The summary of errors of a page, in the order of its components."""
    return [
        ErrorEntry(field_id(name), label_of(component, name), message)
        for component in components
        for name, message in messages_of(getattr(component, "error", None), getattr(component, "name", "")).items()
    ]


def label_of(component: object, name: str) -> str:
    """What a field is called, so that the summary makes sense read alone."""
    display = display_of(component)
    if not isinstance(display, Question):
        return ""
    parts = name.split(".")[1:]
    return shorten(plain_text(display.label_of(parts)), 80)


def shorten(text: str, most: int) -> str:
    """The text, or its beginning."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def page_files(components: Iterable[object], attribute: str) -> list[str]:
    """The scripts or styles that the displays of a page need, each once."""
    found = (path for component in components for path in getattr(display_of(component), attribute, ()))
    return list(dict.fromkeys(found))


def display_of(component: object) -> Display | None:
    """The display of a component, if it has one."""
    display = getattr(component, "display", None)
    return display if isinstance(display, Display) else None


def needs_inline_styles(components: Iterable[object]) -> bool:
    """Whether the page's policy must allow style attributes (jsPsych's plugins write them)."""
    return any(display.needs_inline_styles for display in map(display_of, components) if display)


def show_value(value: object, decimals: int | None = None, *, signed: bool = False) -> str:
    """A value for people, in the language in force: numbers grouped, yes and no, a dash for nothing."""
    if value is None or value == "":
        return "–"  # noqa: RUF001 - a dash is meant
    if isinstance(value, bool):
        return pgettext("a feature's value", "yes") if value else pgettext("a feature's value", "no")
    if not isinstance(value, int | float):
        return str(value)
    digits = decimals if decimals is not None else (None if isinstance(value, int) else significant(value))
    rounded = round(value, digits) if digits is not None else value
    text = number_format(abs(rounded), decimal_pos=digits, use_l10n=True, force_grouping=abs(value) >= 10_000)
    mark = "\u2212" if rounded < 0 else ("+" if signed and rounded > 0 else "")
    return f"{mark}{text}"


def significant(value: float) -> int:
    """Decimals that keep a number as written, six at most."""
    text = f"{value:.6f}".rstrip("0")
    return len(text.partition(".")[2])


def safe_timeline(timeline: Json) -> Json:
    """A jsPsych timeline whose HTML is sanitised."""
    if isinstance(timeline, str):
        return clean_task(timeline) if "<" in timeline else timeline
    if isinstance(timeline, Mapping):
        return {key: safe_timeline(value) for key, value in timeline.items()}
    if isinstance(timeline, list | tuple):
        return [safe_timeline(value) for value in timeline]
    return timeline
