"""The front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experiments.models import Experiment, Status, UnitKind

MOST_OPEN = 20


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, and which studies are open: titles and links, nothing else."""
    running = Experiment.objects.filter(status=Status.RUNNING, unit_kind=UnitKind.PARTICIPANT)
    found = list(running.order_by("-started_at").values("slug", "title")[:MOST_OPEN])
    return render(request, "machina/home.html", {"open_experiments": found})
