"""The page on whether an experiment's record bears its answers."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from analysis.results.views.access import may_see_results
from experiments.console.stage import wants_rehearsal
from experiments.models import Experiment


@require_GET
@may_see_results
def trust(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """Every look with what it found and what to do, the gravest first. Nothing is stored."""
    from analysis.results.services.trusting import gravest, trust_in  # NumPy: only when somebody asks

    rehearsal = wants_rehearsal(request, experiment)
    findings = trust_in(experiment, is_rehearsal=rehearsal)
    context = {
        **admin.site.each_context(request),
        "title": f"Trust in {experiment.title}",
        "experiment": experiment,
        "findings": findings,
        "gravest": str(gravest(findings)),
        "is_rehearsal": rehearsal,
    }
    return render(request, "results/trust.html", context)


@require_GET
@may_see_results
def trusted(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """What somebody has to look at before believing the answers: comes to the page of results after them."""
    from analysis.results.services.trusting import trust_in
    from analysis.statistics.trust.findings import Weight

    is_rehearsal = wants_rehearsal(request, experiment)
    findings = trust_in(experiment, is_rehearsal=is_rehearsal)
    context = {
        "experiment": experiment,
        "is_rehearsal": is_rehearsal,
        "findings": [each for each in findings if each.weight in (Weight.ALARM, Weight.WARN)],
        "checked": sum(each.weight != Weight.UNKNOWN for each in findings),
        "unsaid": sum(each.weight == Weight.UNKNOWN for each in findings),
    }
    return render(request, "results/trusted.html", context)
