"""The page of a study: its experiments with what they found so far."""

from __future__ import annotations

from collections import defaultdict

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from analysis.registered.reads import stream_of
from analysis.results.views.access import may_see_results
from analysis.views.doors import refused
from experiments.access import Right
from experiments.console.finding import find_study
from experiments.console.stage import wants_rehearsal
from experiments.errors import Refusal
from experiments.models import Experiment, Study
from experiments.published import blueprint_of

MOST = 100


@require_GET
@login_required
def study(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest experiment first. Answers come by themselves, one experiment after the other."""
    try:
        found = find_study(request, slug, Right.DOWNLOAD)
    except Refusal as refusal:
        return refused(request, refusal, title="Results")
    context = {
        **admin.site.each_context(request),
        "title": f"Results of {found.title}",
        "study": found,
        **_experiments(found),
    }
    return render(request, "results/study.html", context)


@require_GET
@may_see_results
def headlines(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """What an experiment found so far, in a sentence for each primary question."""
    from analysis.results.services.analysing import analyse  # NumPy: only when somebody asks
    from analysis.results.showing.page import page_of

    analysis = analyse(experiment, is_rehearsal=wants_rehearsal(request, experiment))
    known = blueprint_of(experiment.version_id).measures if experiment.version_id else {}
    titles = {name: measure.title for name, measure in known.items()}
    context = {"experiment": experiment, "analysis": analysis, "page": page_of(analysis, (), titles)}
    return render(request, "results/headlines.html", context)


def _experiments(study: Study) -> dict[str, object]:
    stream = stream_of(study)
    tests = defaultdict(list)
    for test in stream.tests if stream else ():
        tests[test.experiment_id].append(test)
    rows = Experiment.objects.filter(study=study, version__isnull=False).order_by("-pk")[:MOST]
    waiting = Experiment.objects.filter(study=study, version__isnull=True).count()
    return {"rows": [(row, tests[row.pk]) for row in rows], "stream": stream, "waiting": waiting}
