"""Every figure over the epochs, a line for each setting or run."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from analysis.runs.board.bundles import MOST_LINES, Bundled, bundled
from analysis.runs.board.drawing import LineChart, line_chart, paint
from analysis.runs.board.series import courses_of, put_together
from analysis.runs.board.table import parameters_of, progress_of, runs_of
from analysis.runs.measure import Goal
from analysis.runs.views.board import mark_of
from analysis.runs.views.doors import Shelf, of_experiment, page

KEPT = ("batch", "by", "log", "split", "figure")


@dataclass(frozen=True, slots=True)
class Legend:
    """A line and its colour."""

    key: str
    name: str
    colour: str
    is_best: bool


@of_experiment
def charts(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """The page."""
    context = {**_context(request, shelf), "tab": "charts"}
    return page(request, "runs/charts.html", f"Charts of {shelf.experiment.title}", context)


@of_experiment
def charts_live(request: HttpRequest, shelf: Shelf) -> HttpResponseBase:
    """204 while nothing was said."""
    if request.GET.get("after") == mark_of(progress_of(shelf.batches, now=timezone.now())):
        return HttpResponse(status=204)
    response = render(request, "runs/charts_live.html", _context(request, shelf))
    response["Cache-Control"] = "no-store"
    return response


def _context(request: HttpRequest, shelf: Shelf) -> dict[str, object]:
    goal = Goal.of(shelf.batches[0]) if shelf.batches else Goal()
    progress = progress_of(shelf.batches, now=timezone.now())
    by_run, is_log = request.GET.get("by") == "run", request.GET.get("log") == "1"
    lines = bundled(runs_of(shelf.batches), parameters_of(shelf.batches), goal, by_run=by_run)
    drawn, splits, figures = _drawn(request, lines, is_log=is_log)
    colours = paint(bundle.key for bundle in lines.bundles)
    query = urlencode([(name, value) for name in KEPT for value in request.GET.getlist(name)])
    return {
        "shelf": shelf,
        "experiment": shelf.experiment,
        "goal": goal,
        "mark": mark_of(progress),
        "charts": drawn,
        "splits": splits,
        "figures": figures,
        "split": request.GET.get("split", ""),
        "figure": request.GET.get("figure", ""),
        "by_run": by_run,
        "is_log": is_log,
        "lines": lines,
        "left_out": max(0, lines.n - MOST_LINES),
        "legend": [Legend(one.key, one.name, colours[one.key], one.is_best) for one in lines.bundles],
        "query": query,
        "batch_query": urlencode([("batch", slug) for slug in request.GET.getlist("batch")]),
    }


def _drawn(request: HttpRequest, lines: Bundled, *, is_log: bool) -> tuple[list[LineChart], list[str], list[str]]:
    """The charts asked for, and every split and figure that there is."""
    courses = courses_of([run for bundle in lines.bundles for run in bundle.runs])
    colours = paint(bundle.key for bundle in lines.bundles)
    split, figure = request.GET.get("split", ""), request.GET.get("figure", "")
    drawn = [
        line_chart(f"{each[0]} {each[1]}".strip(), put_together(courses[each], lines.bundles), colours, log=is_log)
        for each in sorted(courses, key=lambda key: (key[1], key[0]))
        if split in ("", each[0]) and figure in ("", each[1])
    ]
    return drawn, sorted({key[0] for key in courses}), sorted({key[1] for key in courses})
