"""How fast it goes."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from analysis.runs.board.pace import pace_of
from analysis.runs.board.table import progress_of
from analysis.runs.views.doors import Shelf, of_experiment, page


@of_experiment
def throughput(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """The page."""
    return page(request, "runs/throughput.html", f"Throughput of {shelf.experiment.title}", _context(request, shelf))


@of_experiment
def throughput_live(request: HttpRequest, shelf: Shelf) -> HttpResponseBase:
    """The figures anew: rates change when nothing happens, too."""
    response = render(request, "runs/throughput_live.html", _context(request, shelf))
    response["Cache-Control"] = "no-store"
    return response


def _context(request: HttpRequest, shelf: Shelf) -> dict[str, object]:
    now = timezone.now()
    batch_query = urlencode([("batch", slug) for slug in request.GET.getlist("batch")])
    return {
        "shelf": shelf,
        "experiment": shelf.experiment,
        "tab": "throughput",
        "pace": pace_of(shelf.batches, now=now),
        "progress": progress_of(shelf.batches, now=now),
        "batch_query": batch_query,
        "query": batch_query,
    }
