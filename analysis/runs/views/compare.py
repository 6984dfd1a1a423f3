"""A few runs side by side."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from analysis.runs.board.comparing import circumstances_of, figures_of, settings_of
from analysis.runs.board.drawing import line_chart, paint
from analysis.runs.board.series import Bundle, courses_of, put_together
from analysis.runs.board.table import best_run, runs_of
from analysis.runs.measure import Goal
from analysis.runs.models import Run
from analysis.runs.views.doors import Shelf, of_experiment, page

MOST = 8


@of_experiment
def compare(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """`?run=` names each by its id; none named: the three best."""
    runs = _runs(request, shelf)
    goal = Goal.of(shelf.batches[0]) if shelf.batches else Goal()
    bundles = [Bundle(f"run-{run.pk}", f"Run {run.number}", (run.pk,)) for run in runs]
    colours = paint(bundle.key for bundle in bundles)
    courses = courses_of([run.pk for run in runs])
    context = {
        "shelf": shelf,
        "experiment": shelf.experiment,
        "tab": "compare",
        "goal": goal,
        "runs": [(run, colours[f"run-{run.pk}"], f"run-{run.pk}", _without(request, run, runs)) for run in runs],
        "parts": [
            ("Parameters", settings_of(runs)),
            ("Figures", figures_of(runs, goal)),
            ("Circumstances", circumstances_of(runs)),
        ]
        if runs
        else [],
        "charts": [
            line_chart(f"{key[0]} {key[1]}".strip(), put_together(courses[key], bundles), colours)
            for key in sorted(courses, key=lambda key: (key[1], key[0]))
        ],
        "batch_query": urlencode([("batch", slug) for slug in request.GET.getlist("batch")]),
    }
    return page(request, "runs/compare.html", f"Runs of {shelf.experiment.title} compared", context)


def _runs(request: HttpRequest, shelf: Shelf) -> list[Run]:
    runs = runs_of(shelf.batches).select_related("batch", "environment")
    named = [identity for identity in request.GET.getlist("run") if len(identity) == 36][:MOST]
    if named:
        found = {
            str(run.uuid): run
            for run in runs_of(shelf.every).select_related("batch", "environment").filter(uuid__in=_uuids(named))
        }
        return [found[identity] for identity in dict.fromkeys(named) if identity in found]
    best = best_run(shelf.batches)
    goal = Goal.of(shelf.batches[0]) if shelf.batches else Goal()
    order = "-primary" if goal.maximises else "primary"
    return list(runs.filter(primary__isnull=False).order_by(order, "pk")[:3]) if best else []


def _without(request: HttpRequest, run: Run, runs: list[Run]) -> str:
    others = [("run", str(other.uuid)) for other in runs if other.pk != run.pk]
    return urlencode([*(("batch", slug) for slug in request.GET.getlist("batch")), *others])


def _uuids(texts: list[str]) -> list[str]:
    """Those that are ids."""
    import uuid

    found = []
    for text in texts:
        try:
            found.append(str(uuid.UUID(text)))
        except ValueError:
            continue
    return found
