"""Constraints while they are written: read at every key, drawn, and explained. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from analysis.assurance.forms.constraint import EXAMPLES, QuestionForm

if TYPE_CHECKING:
    from analysis.safety.checking import Checked


@require_GET
def constraints(request: HttpRequest) -> HttpResponse:
    """The page; `?text=` and so on say what to begin with."""
    form = QuestionForm({**QuestionForm.BEGIN, **request.GET.dict()})
    context = {
        **admin.site.each_context(request),
        "title": "Write a constraint",
        "form": form,
        "examples": EXAMPLES,
        **read(form),
    }
    return _answer(request, "assurance/constraints.html", context)


@require_POST
def check_constraint(request: HttpRequest) -> HttpResponse:
    """What is to be said about the typed text; `?words` with the measures of its regime beside it."""
    form = QuestionForm(request.POST)
    context = {**read(form), "is_swapped": "words" in request.GET}
    return _answer(request, "assurance/constraint_answer.html", context)


@require_POST
def beside_constraint(request: HttpRequest) -> HttpResponse:
    """The same in short, for below the field of another form."""
    return _answer(request, "assurance/constraint_beside.html", read(QuestionForm(request.POST)))


@require_POST
def draw_constraint(request: HttpRequest) -> HttpResponse:
    """Its tree as a file; what cannot be read has no tree."""
    checked = read(QuestionForm(request.POST))["checked"]
    if checked is None or checked.tree is None:
        return HttpResponse("This constraint cannot be read.", status=422, content_type="text/plain")
    from analysis.safety.constraints.picture import draw
    from analysis.safety.constraints.svg import as_svg

    disposition = {"Content-Disposition": 'attachment; filename="constraint.svg"'}
    return HttpResponse(as_svg(draw(checked.tree)), content_type="image/svg+xml", headers=disposition)


def read(form: QuestionForm) -> dict[str, Any]:
    """checked, its picture and its marked text; or what is wrong with the fields beside it."""
    from analysis.safety.asking import Question, words_of  # numpy comes with it
    from analysis.safety.constraints.picture import draw

    found: dict[str, Any] = {"checked": None, "picture": None, "marked": None, "fault": "", "words": [], "families": []}
    if not form.is_valid():
        return {**found, "fault": " ".join(f"{form[name].label}: {said[0]}" for name, said in form.errors.items())}
    asked = dict(form.cleaned_data)
    found["words"] = words_of(asked["regime"])
    found["families"] = _families(found["words"])
    if not asked["text"].strip():
        return found
    try:
        asked["ranges"] = _ranges(asked.pop("span"), found["words"])
        checked = Question(**asked).answered()
    except ValueError as error:
        return {**found, "fault": str(error)}
    picture = draw(checked.tree) if checked.tree is not None else None
    said = [] if checked.error is None else in_parts(checked.error.message)
    remarks = [in_parts(remark) for remark in checked.remarks]
    told = {"marked": _marked(checked), "said": said, "remarks": remarks}
    return {**found, "checked": checked, "picture": picture, **told}


def in_parts(sentence: str) -> list[tuple[str, bool]]:
    """(part, whether it is code): what stands between backticks is.

    >>> in_parts("write `<=`.")
    [('write ', False), ('<=', True), ('.', False)]
    """
    return [(part, place % 2 == 1) for place, part in enumerate(sentence.split("`")) if part]


def _families(words: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """(title, words): measures of decisions stand apart from those of chances."""
    decided = [word for word in words if word["name"].startswith("Hard_")]
    others = [word for word in words if word not in decided]
    return [("", others), ("Of decisions at one half", decided)] if decided else [("", others)]


def _ranges(span: tuple[float, float] | None, words: Sequence[Mapping[str, Any]]) -> dict[str, tuple[float, float]]:
    """Of the measures that have none of their own; those are written as texts."""
    open_ended = (word for word in words if any(isinstance(end, str) for end in word["range"]))
    return {} if span is None else {word["name"]: span for word in open_ended}


def _marked(checked: Checked) -> tuple[str, str, str] | None:
    """The text before, at, and after the mistake; a mistake at the end is marked as a blank."""
    if checked.error is None:
        return None
    text, (start, end) = checked.error.text, checked.error.span
    return text[:start], text[start:end] or "\u00a0", text[max(end, start) :]


def _answer(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    response = render(request, template, dict(context))
    response["Cache-Control"] = "no-store"
    return response
