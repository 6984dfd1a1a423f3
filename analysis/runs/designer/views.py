"""The page on which a document is written. Nothing is stored until it is queued."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from analysis.learning.components.picture import draw
from analysis.learning.components.svg import as_svg
from analysis.learning.document import check_text
from analysis.learning.search.telling import told
from analysis.runs.designer.putting import Outcome, drop_typed, put_typed
from analysis.runs.designer.reading import EMPTY, SETTINGS_LOOKED_AT, examples, offered, panel_of, shown
from analysis.runs.designer.studies import address_of, batch_named, sent_text, studies_for, text_of
from analysis.runs.designer.words import SWEEPS, searches
from analysis.runs.services.ordering import order_batch, rehearse_batch
from analysis.runs.tasks import wake
from experiments.errors import Refusal


@require_GET
def design(request: HttpRequest) -> HttpResponse:
    """The page; `?example=` or `?batch=` names what to begin from."""
    known = examples()
    example = request.GET.get("example", "")
    batch = batch_named(request, request.GET.get("batch", ""))
    text = (
        text_of(request, batch) if batch else known[example].read_text(encoding="utf-8") if example in known else EMPTY
    )
    context = {
        **admin.site.each_context(request),
        "title": "Design a batch",
        "text": text,
        "examples": [(name, name.replace("_", " ")) for name in known],
        "example": example,
        "batch": batch,
        "offered": offered(),
        "shown": shown(text),
        "studies": studies_for(request),
        "slug": batch.slug if batch else example.replace("_", "-"),
        "sweeps": SWEEPS,
        "searches": searches(),
    }
    return _answer(request, "runs/designer.html", context)


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """What is to be said about the typed text."""
    return _answer(request, "runs/designer_answer.html", {"shown": shown(_text(request))})


@require_POST
def component(request: HttpRequest) -> HttpResponse:
    """The form of a component: of one in the document, or of a new one of the kind and type that was picked."""
    kind, _, type_name = request.POST.get("pick", "").partition(":")
    edited = request.GET.get("edit", "")
    picked = {} if edited else {"kind": kind, "type_name": type_name}
    panel = panel_of(_text(request), name=edited, **picked)
    return _answer(request, "runs/designer_component.html", {"panel": panel})


@require_POST
def put(request: HttpRequest) -> HttpResponse:
    """The typed component into the text; or its form again, with what is wrong beside each field."""
    return _outcome(request, put_typed(_text(request), dict(request.POST.lists())))


@require_POST
def drop(request: HttpRequest) -> HttpResponse:
    """The text without a component."""
    return _outcome(request, drop_typed(_text(request), dict(request.POST.lists())))


@require_POST
def queue(request: HttpRequest) -> HttpResponse:
    """Compute it in one of one's studies: what is missing is queued."""
    study = get_object_or_404(studies_for(request), slug=request.POST.get("study", ""))
    text = _text(request)
    try:
        ready = order_batch(study, sent_text(text, request.POST.get("slug", "").strip()), now=timezone.now())
    except Refusal as refusal:
        return _answer(request, "runs/designer_queued.html", {"refusal": refusal})
    wake(ready.queued + ready.retried)
    context = {"ready": ready, "there": len(ready.comparison.there), "url": address_of(ready.batch)}
    return _answer(request, "runs/designer_queued.html", context)


@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """What queueing it would compute, and why. Nothing changes."""
    study = get_object_or_404(studies_for(request), slug=request.POST.get("study", ""))
    try:
        comparison = rehearse_batch(study, sent_text(_text(request), request.POST.get("slug", "").strip()))
    except Refusal as refusal:
        return _answer(request, "runs/designer_planned.html", {"refusal": refusal})
    return _answer(request, "runs/designer_planned.html", {"plan": told(comparison)})


@require_POST
def picture(request: HttpRequest) -> HttpResponse:
    """The graph as a file."""
    svg = as_svg(draw(check_text(_text(request), most=SETTINGS_LOOKED_AT).sketch.nodes))
    disposition = {"Content-Disposition": 'attachment; filename="pipeline.svg"'}
    return HttpResponse(svg, content_type="image/svg+xml", headers=disposition)


def _outcome(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    context: dict[str, object] = {"panel": outcome.panel, "errors": outcome.errors, "refusal": outcome.refusal}
    if not outcome.done:
        return _answer(request, "runs/designer_component.html", context)
    context |= {"text": outcome.text, "shown": shown(outcome.text), "done": outcome.done}
    return _answer(request, "runs/designer_changed.html", context)


def _text(request: HttpRequest) -> str:
    return request.POST.get("document", "").replace("\r\n", "\n")


def _answer(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    response = render(request, template, context)
    response["Cache-Control"] = "no-store"
    return response
