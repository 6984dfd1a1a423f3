"""The page: nothing on it changes anything, but that a link to an arm is signed."""

from __future__ import annotations

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bandits.web.deciding import blueprint_now
from experiments.access import Right
from experiments.console.rights import has_right
from experiments.models import UnitKind
from machina_site.in_your_app.reading import arms_of, ask, audience_in, code_of, layer_of
from machina_site.monitor.views import visible_experiment

LONGEST = 2_000


@require_GET
def in_your_app(request: HttpRequest, slug: str) -> HttpResponse:
    """Code to copy, arms to try out, and who is let in. 404 for people's experiments: theirs are pages of our own."""
    experiment = visible_experiment(request, slug)
    if experiment.unit_kind != UnitKind.VISITOR:
        raise Http404
    audience = audience_in(blueprint_now(experiment))
    may_try = has_right(request, Right.RUN, experiment.study_id)
    is_asked = "key" in request.GET or "known" in request.GET
    key, known = (request.GET.get(name, "")[:LONGEST] for name in ("key", "known"))
    context = {
        **admin.site.each_context(request),
        "title": experiment.title,
        "experiment": experiment,
        "code": code_of(experiment),
        "arms": arms_of(experiment, may_try=may_try),
        "may_try": may_try,
        "audience": audience,
        "layer": layer_of(experiment, audience),
        "asked": ask(experiment, key, known) if is_asked else None,
        "key": key,
        "known": known,
    }
    response = render(request, "machina/in_your_app.html", context)
    response["Cache-Control"] = "no-store"
    return response
