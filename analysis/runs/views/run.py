"""One run: where it is, what it measured, what it keeps, what it said."""

from __future__ import annotations

import json

import yaml
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from analysis.runs.board.drawing import LineChart, line_chart
from analysis.runs.board.series import course_of_one
from analysis.runs.board.table import percent_of
from analysis.runs.board.telling import Sentence, told
from analysis.runs.log_reads import COLUMNS, LogLine
from analysis.runs.measure import Goal
from analysis.runs.models import Artifact, Checkpoint, Run, RunEvent
from analysis.runs.views.doors import may_in, of_run, page
from experiments.access import Right

LINES = 200
PALETTE = ("hsl(210 65% 45%)", "hsl(25 85% 50%)", "hsl(160 60% 38%)", "hsl(330 55% 52%)")


@of_run
def run_page(request: HttpRequest, run: Run) -> HttpResponse:
    """The page."""
    title = f"Run {run.number} of {run.batch}"
    return page(request, "runs/run.html", title, {**_context(request, run), **_around(run)})


@of_run
def run_live(request: HttpRequest, run: Run) -> HttpResponseBase:
    """204 while it says nothing."""
    if request.GET.get("after") == _mark(run):
        return HttpResponse(status=204)
    response = render(request, "runs/run_live.html", _context(request, run))
    response["Cache-Control"] = "no-store"
    return response


def _mark(run: Run) -> str:
    return f"{run.n_events}-{run.status}-{run.attempt}"


def _context(request: HttpRequest, run: Run) -> dict[str, object]:
    experiment = run.batch.experiment
    may_download = may_in(request, Right.DOWNLOAD, experiment)
    return {
        "run": run,
        "experiment": experiment,
        "goal": Goal.of(run.batch),
        "mark": _mark(run),
        "percent": percent_of(run),
        "where": run.progress if isinstance(run.progress, dict) else {},
        "charts": charts_of(run),
        "lines": _lines(run),
        "checkpoints": list(Checkpoint.objects.filter(run=run).order_by("-epoch")[:100]),
        "artifacts": list(Artifact.objects.filter(run=run).order_by("name")[:100]),
        "may_download": may_download,
        "may_run": may_in(request, Right.RUN, experiment),
        "setting": as_yaml(run.setting),
        "result": json.dumps(run.result, indent=2, ensure_ascii=False) if run.result is not None else "",
    }


def _around(run: Run) -> dict[str, object]:
    """Its neighbours, and its siblings: the same setting on other folds and seeds."""
    runs = Run.objects.filter(batch=run.batch)
    return {
        "before": runs.filter(number__lt=run.number).order_by("-number").first(),
        "after": runs.filter(number__gt=run.number).order_by("number").first(),
        "siblings": list(
            runs.filter(setting_digest=run.setting_digest)
            .exclude(pk=run.pk)
            .order_by(F("outer_fold").asc(nulls_first=True), "inner_fold", "number")[:50]
        ),
    }


def as_yaml(value: object) -> str:
    """As people write it."""
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100).rstrip()


def charts_of(run: Run) -> list[LineChart]:
    """A chart for each figure, a line for each split."""
    by_name = course_of_one(run)
    splits = sorted({series.key for each in by_name.values() for series in each})
    colours = {split: PALETTE[place % len(PALETTE)] for place, split in enumerate(splits)}
    return [line_chart(name, series, colours) for name, series in by_name.items()]


def _lines(run: Run) -> list[Sentence]:
    """The newest, newest first."""
    rows = RunEvent.objects.filter(run=run).order_by("-sequence").values_list(*COLUMNS)[:LINES]
    return [told(LogLine(*row)) for row in rows]
