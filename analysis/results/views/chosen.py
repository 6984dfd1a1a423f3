"""The page that says how many of any chosen answers are real."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from analysis.results.views.access import may_see_results
from experiments.models import Experiment


@require_GET
@may_see_results
def chosen(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """Every question that claims something with a box to tick; `?question=` says which are. Nothing is stored."""
    from analysis.results.asking.chosen import asked_in, chosen_of  # NumPy: only when somebody asks
    from analysis.results.services.analysing import analyse

    analysis = analyse(experiment)
    known = {answer.question.name for answer in asked_in(analysis)}
    names = [name for name in request.GET.getlist("question") if name in known]
    context = {
        **admin.site.each_context(request),
        "title": f"How many are real: {experiment.title}",
        "experiment": experiment,
        "answers": asked_in(analysis),
        "found": chosen_of(analysis, names),
        "level": analysis.plan.level,
    }
    return render(request, "results/chosen.html", context)
