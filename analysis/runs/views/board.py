"""The runs of an experiment as a table that follows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from analysis.runs.board.asking import PAGE, Column, wish_in
from analysis.runs.board.table import (
    Progress,
    best_run,
    chosen_columns,
    columns_of,
    page_of,
    progress_of,
    runs_of,
)
from analysis.runs.measure import Goal
from analysis.runs.views.doors import Shelf, of_experiment, page

KEPT = ("batch", "status", "where", "col", "sort")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's title, and where a click on it leads. direction: ascending, descending or none."""

    title: str
    key: str
    url: str
    direction: str
    is_number: bool


@of_experiment
def board(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """The page."""
    context = {**_context(request, shelf), "tab": "runs"}
    return page(request, "runs/board.html", f"Runs of {shelf.experiment.title}", context)


@of_experiment
def board_live(request: HttpRequest, shelf: Shelf) -> HttpResponseBase:
    """204 while nothing was said since the page last looked; the table anew when something was. Two queries then."""
    progress = progress_of(shelf.batches, now=timezone.now())
    tag = f'"{mark_of(progress)}"'
    if request.GET.get("after") == mark_of(progress):
        return HttpResponse(status=204, headers={"ETag": tag})
    response = render(request, "runs/board_live.html", {**_context(request, shelf, progress), "is_swapped": True})
    response["ETag"], response["Cache-Control"] = tag, "no-store"
    return response


def mark_of(progress: Progress) -> str:
    """What changes whenever a run says something or stands elsewhere."""
    return f"{progress.n_events}-{progress.over}-{progress.total}"


def _context(request: HttpRequest, shelf: Shelf, progress: Progress | None = None) -> dict[str, object]:
    progress = progress or progress_of(shelf.batches, now=timezone.now())
    columns = columns_of(shelf.batches)
    wish = wish_in(request.GET, columns)
    shown = chosen_columns(wish, columns, shelf.batches)
    best = best_run(shelf.batches)
    rows, n = page_of(runs_of(shelf.batches), wish, columns, shown, best=best.pk if best else None)
    return {
        "shelf": shelf,
        "experiment": shelf.experiment,
        "goal": Goal.of(shelf.batches[0]) if shelf.batches else Goal(),
        "progress": progress,
        "mark": mark_of(progress),
        "best": best,
        "wish": wish,
        "rows": rows,
        "n": n,
        "pages": range(1, -(-n // PAGE) + 1),
        "headings": [_heading(request, column, wish.sort) for column in _with_number(shown, columns)],
        "groups": _groups(columns, [column.key for column in shown]),
        "query": _query(request),
        "batch_query": urlencode([("batch", slug) for slug in request.GET.getlist("batch")]),
        "several": len(shelf.batches) > 1,
    }


def _with_number(shown: Sequence[Column], columns: dict[str, Column]) -> list[Column]:
    """The first two stand in every row."""
    return [columns["number"], columns["status"], *shown]


def _heading(request: HttpRequest, column: Column, sort: str) -> Heading:
    direction = {column.key: "ascending", f"-{column.key}": "descending"}.get(sort, "none")
    then = f"-{column.key}" if direction == "ascending" or (direction == "none" and _best_first(column)) else column.key
    return Heading(column.title, column.key, f"?{_query(request, sort=then)}", direction, column.is_number)


def _best_first(column: Column) -> bool:
    return column.source in ("latest", "primary")


def _groups(columns: dict[str, Column], shown: Sequence[str]) -> list[tuple[str, list[tuple[Column, bool]]]]:
    """All columns for the choice of them, with whether each is shown."""
    titles = {"setting": "Parameters", "latest": "Figures"}
    groups: dict[str, list[tuple[Column, bool]]] = {"Figures": [], "Parameters": [], "Runs": []}
    for column in columns.values():
        if column.key not in ("number", "status"):
            groups[titles.get(column.source, "Runs")].append((column, column.key in shown))
    return [(title, found) for title, found in groups.items() if found]


def _query(request: HttpRequest, **changed: str) -> str:
    pairs = [(name, value) for name in KEPT if name not in changed for value in request.GET.getlist(name)]
    return urlencode([*pairs, *changed.items()])
