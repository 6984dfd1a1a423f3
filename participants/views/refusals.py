"""A refusal as a friendly page, or as JSON where a script asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from experiments.errors import Refusal
from participants.presenting import direction_of


def refusal_page(request: HttpRequest, refusal: Refusal, *, language: str = "en") -> HttpResponse:
    """What happened, in a sentence, and what to do now."""
    if request.content_type == "application/json":
        return JsonResponse(
            {"code": refusal.code, "detail": refusal.message, "hint": refusal.hint}, status=refusal.status
        )
    context = {"kind": refusal.code, "message": refusal.message, "hint": refusal.hint, "language": language}
    return render(
        request, "participants/message.html", {**context, "direction": direction_of(language)}, status=refusal.status
    )
