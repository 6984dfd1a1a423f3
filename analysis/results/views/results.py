"""The page of an experiment's results."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from analysis.results.views.access import may_see_results
from experiments.models import Experiment


@require_GET
@may_see_results
def results(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """Every question of the plan with its answer. Nothing is stored."""
    from analysis.results.services.analysing import analyse  # NumPy: only when somebody asks

    rehearsal = request.GET.get("rehearsal") == "1" or experiment.is_rehearsal
    context = {
        **admin.site.each_context(request),
        "title": f"Results of {experiment.title}",
        "experiment": experiment,
        "analysis": analyse(experiment, is_rehearsal=rehearsal),
    }
    return render(request, "results/results.html", context)
