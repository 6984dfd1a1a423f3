"""The page of an experiment's results, and the parts of it that come by themselves."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from analysis.results.views.access import may_see_results
from experiments.console.stage import wants_rehearsal
from experiments.errors import Unknown
from experiments.models import Experiment


@require_GET
@may_see_results
def results(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """Every question of the plan with its answer. Nothing is stored."""
    context = {
        **admin.site.each_context(request),
        "title": f"Results of {experiment.title}",
        **_answers(request, experiment),
    }
    response = render(request, "results/results.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@may_see_results
def live(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """204 while nothing new was counted since `after`; the answers again when there was."""
    from analysis.results.showing.gathering import mark_of  # NumPy: only when somebody asks

    if request.GET.get("after") == mark_of(experiment, is_rehearsal=wants_rehearsal(request, experiment)):
        return HttpResponse(status=204)
    return render(request, "results/answers.html", _answers(request, experiment))


@require_GET
@may_see_results
def figures(request: HttpRequest, experiment: Experiment, measure: str) -> HttpResponseBase:
    """Pictures of one measure, which need the units themselves: 204 while they would be the same."""
    from analysis.results.services.looking import Look
    from analysis.results.showing.charts.drawing import ON_PAGE
    from analysis.results.showing.gathering import mark_of, titles_of
    from analysis.results.showing.pictures import of_measure

    is_rehearsal = wants_rehearsal(request, experiment)
    mark = mark_of(experiment, is_rehearsal=is_rehearsal)
    if request.GET.get("after") == mark:
        return HttpResponse(status=204)
    look = Look.at(experiment, is_rehearsal=is_rehearsal)
    drawn = of_measure(look, _known(look.setting.measures, measure), ink=ON_PAGE, titles=titles_of(experiment))
    context = {
        "experiment": experiment,
        "is_rehearsal": is_rehearsal,
        "measure": measure,
        "mark": mark,
        "pictures": [(picture, SafeString(picture.svg)) for picture in drawn],
    }
    return render(request, "results/figures.html", context)


@require_GET
@may_see_results
def slices(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """The primary questions in groups: `?by=` an attribute, the plan's first if none is named."""
    from analysis.registered.document import Role
    from analysis.results.services.looking import Look
    from analysis.results.showing.gathering import attributes_of, sliced

    is_rehearsal = wants_rehearsal(request, experiment)
    look = Look.at(experiment, is_rehearsal=is_rehearsal)
    attributes = attributes_of(look)
    by = request.GET.get("by") or next(iter(look.plan.slices), "")
    asked = look.plan.of_role(Role.PRIMARY) or look.plan.questions[:1]
    found = [sliced(look, each.name, by) for each in asked] if by in attributes else []
    context = {
        "experiment": experiment,
        "is_rehearsal": is_rehearsal,
        "attributes": attributes,
        "by": by,
        "sliced": [(each, SafeString(each.picture.svg) if each.picture else "") for each in found],
    }
    return render(request, "results/slices.html", context)


def _answers(request: HttpRequest, experiment: Experiment) -> dict[str, object]:
    from analysis.results.showing.gathering import gathered, mark_of

    is_rehearsal = wants_rehearsal(request, experiment)
    return {
        "experiment": experiment,
        "is_rehearsal": is_rehearsal,
        "mark": mark_of(experiment, is_rehearsal=is_rehearsal),
        "seen": gathered(experiment, is_rehearsal=is_rehearsal),
    }


def _known(measures: Collection[str], measure: str) -> str:
    if measure not in measures:
        raise Unknown(f"There is no measure “{measure}”.", hint="The results page lists them.")
    return measure
