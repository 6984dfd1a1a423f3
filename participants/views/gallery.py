"""Every kind of display on one page, for those who design studies. Nothing is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from participants.displays import DISPLAYS, AnswerError, Display, Question, parse
from participants.displays.samples import SAMPLES
from participants.presenting import direction_of

SEED = "gallery"


@dataclass(frozen=True)
class Shown:
    """A component of the gallery."""

    name: str
    kind: str
    display: Display
    required: bool = True
    value: object = None
    error: AnswerError | None = None


def gallery(request: HttpRequest, kind: str = "") -> HttpResponse:
    """All kinds, or one (``?state=empty|answered|wrong``, ``?language=ar``). For staff, and for all in DEBUG."""
    if not settings.DEBUG and not getattr(request.user, "is_staff", False):
        raise Http404
    if kind and kind not in DISPLAYS:
        raise Http404
    language = request.GET.get("language", translation.get_language() or "en")
    kinds = [kind] if kind else [name for name in DISPLAYS if name != "jspsych"]
    shown = [shown_sample(name, request.GET.get("state", "empty")) for name in kinds]
    with translation.override(language):
        return render(request, "participants/page.html", {"page": gallery_page(shown, kind, language)})


def shown_sample(kind: str, state: str) -> Shown:
    """The sample of a kind: empty, answered or wrong."""
    sample = SAMPLES[kind]
    display = parse(kind, sample.props, name=f"sample-{kind}", seed=SEED)
    name = display.name
    if not isinstance(display, Question) or state == "empty":
        return Shown(name, kind, display)
    if state == "answered":
        return Shown(name, kind, display, value=sample.answer)
    return Shown(name, kind, display, error=refusal(display))


def refusal(question: Question) -> AnswerError | None:
    """What an empty post is told."""
    try:
        question.read({}, name=question.name, required=True)
    except AnswerError as error:
        return error
    return None


def gallery_page(shown: list[Shown], kind: str, language: str) -> Mapping[str, object]:
    """The page of the gallery, as a preview: there is nothing to send."""
    return {
        "title": SAMPLES[kind].title if kind else "Gallery of displays",
        "components": shown,
        "preview": True,
        "language": language,
        "direction": direction_of(language),
        "study_title": "Machina",
        "position": 2,
        "total": 8,
        "urls": {},
        "errors": [],
    }
