"""The page of a batch's folds."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from analysis.runs.fold_reads import fold_reports
from analysis.runs.folds.reading import MOST_ROWS, measures_of, shown
from analysis.runs.measure import Goal
from analysis.runs.models import Batch
from experiments.access import Right, require
from experiments.errors import BadValue, Refusal, Unknown
from experiments.models import Experiment

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_BATCHES = 20


@require_GET
@login_required
def folds(request: HttpRequest, slug: str) -> HttpResponse:
    """`?batch=` names one, else the newest; `?measure=split/name` another figure than the batch's own."""
    try:
        experiment = _experiment(request, slug)
        return _page(request, experiment, _batch(request, experiment))
    except Refusal as refusal:
        context = {**admin.site.each_context(request), "title": "Folds", "refusal": refusal}
        return render(request, "analysis/refused.html", context, status=refusal.status)


def _page(request: HttpRequest, experiment: Experiment, batch: Batch | None) -> HttpResponse:
    split, _, name = request.GET.get("measure", "").partition("/")
    context = {
        **admin.site.each_context(request),
        "title": f"Folds of {experiment.title}",
        "experiment": experiment,
        "batches": list(Batch.objects.filter(experiment=experiment)[:MOST_BATCHES]),
        "batch": batch,
        "most": MOST_ROWS,
        **(_reports(batch, name, split) if batch else {}),
    }
    response = render(request, "runs/folds.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _reports(batch: Batch, name: str, split: str) -> dict[str, object]:
    """A batch that names no measure asks for one, on the page."""
    own = Goal.of(batch)
    measured = {*measures_of(batch), *([(own.split, own.name)] if own.name else [])}
    known = [(f"{where}/{what}", what, where) for where, what in sorted(measured)]
    try:
        reports = [shown(report) for report in fold_reports(batch, name=name, split=split)]
    except BadValue as refusal:
        return {"measures": known, "refusal": refusal}
    goal = reports[0].report.goal if reports else own
    return {"measures": known, "reports": reports, "goal": goal, "chosen": f"{goal.split}/{goal.name}"}


def _experiment(request: HttpRequest, slug: str) -> Experiment:
    user = cast("User", request.user)
    found = Experiment.objects.visible_to(user).select_related("study").filter(slug=slug).first()
    if found is None:
        raise Unknown(f"There is no experiment “{slug}” that you can see.", hint="Ask a member of its study.")
    require(user, Right.VIEW, found.study)
    return found


def _batch(request: HttpRequest, experiment: Experiment) -> Batch | None:
    batches = Batch.objects.filter(experiment=experiment)
    named = request.GET.get("batch")
    if not named:
        return batches.first()
    found = batches.filter(slug=named).first()
    if found is None:
        raise Unknown(f"“{experiment.title}” has no batch “{named}”.", hint="Leave out ?batch= for the newest.")
    return found
