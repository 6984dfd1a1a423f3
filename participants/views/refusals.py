"""A refusal as a friendly page, or as JSON where a script asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import get_language

from experiments.errors import Refusal
from participants.presenting import Frame, direction_of

KINDS = {
    "not-open": "closed",
    "already-took-part": "done",
    "excluded": "done",
    "unknown-session": "not_found",
    "stale-page": "stale",
    "place-lost": "timed_out",
    "full": "full",
    "broken-page": "broken",
}


def refusal_page(
    request: HttpRequest, refusal: Refusal, frame: Frame | None = None, *, note: str = "", end: str = ""
) -> HttpResponse:
    """What happened, in a sentence, and what to do now.

    note: what to do where they came from. end: where somebody ends who cannot go on.
    """
    if request.content_type == "application/json":
        problem = {"code": refusal.code, "detail": refusal.message, "hint": refusal.hint}
        return JsonResponse(problem, status=refusal.status)
    language = get_language() or "en"
    message = {"kind": KINDS.get(refusal.code, refusal.code), "html": _own_words(refusal), "note": note, "end": end}
    context = {"page": frame or Frame(language, direction_of(language)), "message": message}
    return render(request, "participants/message.html", context, status=refusal.status)


def _own_words(refusal: Refusal) -> str:
    """Nothing where the template has translated words of its own."""
    return "" if refusal.code in KINDS else format_html("<p>{}</p><p>{}</p>", refusal.message, refusal.hint)
