"""The page where policies are tried. It looks and computes; nothing is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from experiments.models import Experiment
from machina_site.trying.forms import WorldForm
from machina_site.trying.prefill import suggested_by

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from machina_site.trying.trying import Result


@require_GET
def try_policies(request: HttpRequest, slug: str) -> HttpResponse:
    """The form with what the experiment suggests; with ``try`` in the address, what came of it too."""
    experiments = Experiment.objects.visible_to(cast("User", request.user)).select_related("study", "version")
    experiment = get_object_or_404(experiments, slug=slug)
    suggested = suggested_by(experiment)
    form = WorldForm(suggested, request.GET if "try" in request.GET else None)
    result = _result(form, experiment) if len(suggested.arms) > 1 and form.is_bound and form.is_valid() else None
    context = {
        **admin.site.each_context(request),
        "title": f"Try policies for {experiment.title}",
        "experiment": experiment,
        "suggested": suggested,
        "form": form,
        "result": result,
        "svg": mark_safe(result.svg) if result else "",  # noqa: S308 (drawn by us, every word escaped)
        "rewards_fields": [form[name] for name in ("rewards", "deviation", "delay", "delay_kind")],
        "change_fields": [form[name] for name in ("change", "pace", "contexts", "dimension")],
        "size_fields": [form[name] for name in ("visitors", "runs")],
        "command": _command(form) if len(suggested.arms) > 1 else "",
    }
    response = render(request, "machina/try_policies.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _result(form: WorldForm, experiment: Experiment) -> Result | None:
    from machina_site.trying.trying import result_of  # numpy: only when somebody tries

    try:
        return result_of(form, f"{experiment.title}: what is lost against the best arm")
    except ValueError as error:
        form.add_error(None, str(error))
        return None


def _command(form: WorldForm) -> str:
    from machina_site.trying.trying import command_of

    return command_of(form)
