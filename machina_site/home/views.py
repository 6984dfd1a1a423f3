"""The front page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experiments.models import Experiment, Status, UnitKind

MOST_OPEN = 20


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is; and which studies are open, where an installation wants that: titles and links, nothing else."""
    found = _open_experiments() if settings.LIST_OPEN_STUDIES else []
    return render(request, "machina/home.html", {"open_experiments": found, "lists": settings.LIST_OPEN_STUDIES})


def _open_experiments() -> list[dict[str, str]]:
    running = Experiment.objects.filter(status=Status.RUNNING, unit_kind=UnitKind.PARTICIPANT)
    rows = running.order_by("-started_at").values_list("slug", "title")[:MOST_OPEN]
    return [{"slug": slug, "title": title} for slug, title in rows]
