"""Which parameters matter, and how."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from analysis.runs.board.influence import LEAST, MOST_LINES, influences_of, scored_settings
from analysis.runs.board.table import parameters_of
from analysis.runs.measure import Goal
from analysis.runs.views.doors import Shelf, of_experiment, page


@of_experiment
def influence(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """Importance, the mean of each level, parallel coordinates."""
    goal = Goal.of(shelf.batches[0]) if shelf.batches else Goal()
    found = influences_of(scored_settings(shelf.batches), parameters_of(shelf.batches), goal)
    context = {
        "shelf": shelf,
        "experiment": shelf.experiment,
        "tab": "parameters",
        "goal": goal,
        "found": found,
        "least": LEAST,
        "left_out": max(0, found.n - MOST_LINES),
        "batch_query": urlencode([("batch", slug) for slug in request.GET.getlist("batch")]),
    }
    return page(request, "runs/influence.html", f"Parameters of {shelf.experiment.title}", context)
