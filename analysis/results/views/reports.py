"""The page of an experiment's frozen reports."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, cast

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analysis.registered.models import Report
from analysis.registered.reads import find_report
from analysis.results.views.access import may_see_results
from experiments.console.refusals import refused
from experiments.errors import Refusal
from experiments.models import Experiment

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SHOWN = 50
UNKNOWN = "Data and program are the same: somebody changed what the database holds of the definition."


@require_http_methods(["GET", "HEAD", "POST"])
@may_see_results
def reports(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """The newest ones, and the button that freezes another."""
    if request.method == "POST":
        return _frozen(request, experiment)
    rows = Report.objects.filter(experiment=experiment).select_related("by")[:SHOWN]
    context = {
        **admin.site.each_context(request),
        "title": f"Reports of {experiment.title}",
        "experiment": experiment,
        "reports": rows,
    }
    return render(request, "results/reports.html", context)


@require_POST
@may_see_results
def reproduce_report(request: HttpRequest, experiment: Experiment, report: uuid.UUID) -> HttpResponseBase:
    """Compute it again, and say whether the same came out."""
    from analysis.results.services.reproducing import reproduce  # NumPy: only when somebody asks

    row = find_report(experiment, report)
    found = reproduce(row)
    why = " ".join(found.reasons)
    if found.holds and found.data:
        messages.success(request, f"Report {row.number} was computed again: every figure is the same. {why}".strip())
    elif found.holds:
        said = f"Report {row.number}: every figure is the same, though the data are not the same any more. {why}"
        messages.warning(request, said)
    else:
        shown = "; ".join(found.differences[:3])
        n = len(found.differences)
        said = f"Report {row.number}: {n} figure{'s differ' if n > 1 else ' differs'}. {why or UNKNOWN} First: {shown}"
        messages.warning(request, said)
    return HttpResponseRedirect(reverse("results:reports", args=[experiment.slug]))


@require_GET
@may_see_results
def report_file(request: HttpRequest, experiment: Experiment, report: uuid.UUID, ending: str) -> HttpResponseBase:
    """One report as it was kept: to read and print (html, pdf), for programs (json), its tables for papers (tex)."""
    from analysis.results.showing.papers.printing import report_as

    row = find_report(experiment, report)
    found = report_as(row, ending)
    shown = "inline" if ending == "html" else "attachment"
    name = f'{shown}; filename="{experiment.slug}-report-{row.number}.{ending}"'
    return HttpResponse(found.content, content_type=found.content_type, headers={"Content-Disposition": name})


def _frozen(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    from analysis.results.services.reporting import freeze_report

    title, by = request.POST.get("title", "")[:200], cast("User", request.user)
    try:
        report = freeze_report(experiment, title=title, by=by, now=timezone.now())
    except Refusal as refusal:
        refused(request, refusal)
    else:
        messages.success(request, f"Report {report.number} is frozen: nothing changes it any more.")
    return HttpResponseRedirect(reverse("results:reports", args=[experiment.slug]))
