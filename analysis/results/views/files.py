"""Results to take away: tables and pictures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET

from analysis.results.views.access import may_see_results
from experiments.console.stage import wants_rehearsal
from experiments.models import Experiment


@require_GET
@may_see_results
def table(request: HttpRequest, experiment: Experiment, ending: str) -> HttpResponseBase:
    """Every answer in a row."""
    from analysis.results.showing.files import table_file  # NumPy: only when somebody asks

    found = table_file(experiment, ending, is_rehearsal=wants_rehearsal(request, experiment))
    return _sent(found.content, found.content_type, f"{experiment.slug}-results.{ending}")


@require_GET
@may_see_results
def picture(request: HttpRequest, experiment: Experiment, key: str, ending: str) -> HttpResponseBase:
    """One picture of the page, in colours for paper."""
    from analysis.results.showing.files import picture_file

    found = picture_file(experiment, key, ending, is_rehearsal=wants_rehearsal(request, experiment))
    return _sent(found.content, found.content_type, f"{experiment.slug}-{key}.{ending}")


def _sent(content: bytes, content_type: str, name: str) -> HttpResponse:
    kept = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=content_type, headers=kept)
