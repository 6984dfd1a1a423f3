"""The list of methods, and the page of each with a form to ask it. Nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from analysis.statistics.methods import CHAPTERS, METHODS
from analysis.statistics.methods.door import Door
from analysis.toolbox.computing.calling import found_by
from analysis.toolbox.computing.problems import BadInput, Problem
from analysis.toolbox.showing.asked import AskForm, form_of

if TYPE_CHECKING:
    from analysis.toolbox.showing.page import AnswerShown


@require_GET
@login_required
def methods(request: HttpRequest) -> HttpResponse:
    """By chapter; with ``search`` those that speak of all its words."""
    words = request.GET.get("search", "")[:200]
    found = {method.key for method in found_by(words)}
    chapters = [(title, [each for each in own if each.key in found]) for title, own in CHAPTERS.items()]
    context = {
        **admin.site.each_context(request),
        "title": "Methods",
        "words": words,
        "chapters": [(title, own) for title, own in chapters if own],
        "count": len(found),
    }
    return render(request, "toolbox/methods.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def method(request: HttpRequest, key: str) -> HttpResponse:
    """What it is; a form with its example; after a POST the answer to what was typed."""
    found = METHODS.get(key)
    if found is None:
        raise Http404
    context = {
        **admin.site.each_context(request),
        "title": found.title,
        "method": found,
        "formula": found.formula.split(";  "),
    }
    if isinstance(found.door, Door):
        typed = {name: str(request.POST[name]) for name in request.POST} if request.method == "POST" else None
        form = form_of(found, found.door, typed, shape=request.GET.get("shape", ""))
        shown, problems = _asked(form) if typed is not None else (None, ())
        context |= {"form": form, "shown": shown, "problems": problems}
    response = render(request, "toolbox/method.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _asked(form: AskForm) -> tuple[AnswerShown | None, Sequence[Problem]]:
    from analysis.toolbox.showing.page import shown_of  # SciPy: only when somebody asks

    try:
        return shown_of(form), ()
    except BadInput as error:
        return None, error.problems
