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
    from analysis.results.showing.figures import heading, p_in_words
    from analysis.results.showing.gathering import titles_of

    analysis, titles = analyse(experiment), titles_of(experiment)
    answers = [
        (
            each,
            heading(each.question.name, each.question.measure, titles),
            p_in_words(each.estimate.p_value) if each.estimate else "",
        )
        for each in asked_in(analysis)
    ]
    known = {answer.question.name for answer, _, _ in answers}
    names = [name for name in request.GET.getlist("question") if name in known]
    context = {
        **admin.site.each_context(request),
        "title": f"How many are real: {experiment.title}",
        "experiment": experiment,
        "answers": answers,
        "found": chosen_of(analysis, names),
        "level": analysis.plan.level,
    }
    return render(request, "results/chosen.html", context)
