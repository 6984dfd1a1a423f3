"""How the console says no."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

from experiments.errors import NotReady, Refusal


def refused(request: HttpRequest, refusal: Refusal, *, about: str = "") -> None:
    """The sentence and the way on; of NotReady every problem."""
    stem = f"{about}: " if about else ""
    if isinstance(refusal, NotReady) and refusal.problems:
        messages.error(request, f"{stem}Not ready yet. {refusal.hint}")
        for problem in refusal.problems:
            messages.warning(request, problem)
        return
    messages.error(request, f"{stem}{refusal.message} {refusal.hint}".strip())
