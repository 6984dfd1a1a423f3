"""What folds say: settings ranked with their intervals, and of nested folds how good the choice is."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from analysis.runs.fold_reads import fold_reports
from analysis.runs.folds.reading import MOST_ROWS, BatchShown, measures_of, shown
from analysis.runs.measure import Goal
from analysis.runs.models import Batch
from analysis.runs.views.doors import Shelf, of_experiment, page
from experiments.errors import BadValue

MOST_BATCHES = 5


@of_experiment
def folds(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """`?measure=split/name` shows another figure than the batch's own."""
    split, _, name = request.GET.get("measure", "").partition("/")
    batches = shelf.batches[:MOST_BATCHES]
    measures = sorted({found for batch in batches for found in _measures(batch)})
    own = _own(batches)
    context = {
        "shelf": shelf,
        "experiment": shelf.experiment,
        "tab": "folds",
        "measures": [(f"{split}/{name}", name, split) for split, name in measures],
        "chosen": request.GET.get("measure") or (f"{own.split}/{own.name}" if own.name else ""),
        "named": request.GET.getlist("batch"),
        "found": [_batch(batch, name, split) for batch in batches],
        "left_out": len(shelf.batches) - len(batches),
        "most": MOST_ROWS,
        "batch_query": urlencode([("batch", slug) for slug in request.GET.getlist("batch")]),
    }
    return page(request, "runs/folds.html", f"Folds of {shelf.experiment.title}", context)


def _batch(batch: Batch, name: str, split: str) -> BatchShown:
    """One that names no measure asks for one, in its place on the page."""
    try:
        reports = fold_reports(batch, name=name, split=split)
    except BadValue as refusal:
        return BatchShown(batch, refusal=refusal)
    return BatchShown(batch, tuple(shown(report) for report in reports))


def _measures(batch: Batch) -> list[tuple[str, str]]:
    own = Goal.of(batch)
    return [*measures_of(batch), *([(own.split, own.name)] if own.name else [])]


def _own(batches: list[Batch]) -> Goal:
    return Goal.of(batches[0]) if batches else Goal()
