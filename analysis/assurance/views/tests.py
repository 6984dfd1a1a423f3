"""Safety tests: all that one may see, and the report of one."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Final, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from analysis.assurance.models import SafetyTest
from analysis.assurance.presenting import allocation_by, pin_of, retests_of, serving_arms, shown, uses_of, watched
from analysis.assurance.services.collecting import may_be_collected
from analysis.assurance.services.counting import kin_of
from analysis.assurance.trace_reads import charts_of
from analysis.assurance.trained_model import shown_model
from analysis.assurance.tuned import shown_tuning
from analysis.assurance.views.doors import find_test, page, refused
from analysis.runs.models import Artifact, Run
from analysis.runs.views.doors import Shelf, find_run, of_experiment
from experiments.access import Right
from experiments.console.rights import has_right
from experiments.errors import Refusal

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST: Final = 200
SHOWN: Final = 60


@require_GET
@login_required
def tests(request: HttpRequest) -> HttpResponse:
    """The newest tests of one's studies."""
    visible = SafetyTest.objects.visible_to(cast("User", request.user))
    rows = visible.select_related("run__batch__experiment__study", "safety_set").prefetch_related("results")
    found = list(rows.order_by("-pk")[:SHOWN])
    return page(request, "assurance/tests.html", "Safety tests", {"tests": found, "most": SHOWN})


@require_GET
@login_required
def test(request: HttpRequest, test: uuid.UUID) -> HttpResponse:
    """The report."""
    try:
        found = find_test(request, test)
    except Refusal as refusal:
        return refused(request, refusal)
    return page(request, "assurance/test.html", f"Safety test of {found.run.batch}", context_of(request, found))


@of_experiment
def of_batches(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """The tests of an experiment's trainings; on to the report where there is one alone."""
    rows = SafetyTest.objects.filter(run__batch__in=shelf.batches).select_related("run__batch", "safety_set")
    found = list(rows.prefetch_related("results").order_by("-pk")[:SHOWN])
    if len(found) == 1:
        return HttpResponseRedirect(reverse("assurance:test", args=[found[0].uuid]))
    context = {"tests": found, "most": SHOWN, "shelf": shelf}
    return page(request, "assurance/tests.html", f"Safety tests of {shelf.experiment.title}", context)


@require_GET
@login_required
def of_run(request: HttpRequest, run: uuid.UUID) -> HttpResponse:
    """On to the newest test of a run; a run that made none has its own page."""
    try:
        found: Run = find_run(request, run, Right.VIEW)
    except Refusal as refusal:
        return refused(request, refusal)
    newest = SafetyTest.objects.filter(run=found).order_by("-pk").first()
    if newest is None:
        return HttpResponseRedirect(reverse("runs:run", args=[found.uuid]))
    return HttpResponseRedirect(reverse("assurance:test", args=[newest.uuid]))


def context_of(request: HttpRequest, test: SafetyTest) -> dict[str, object]:
    """What the page shows; who may not download sees no figure of single groups' data but those of the report."""
    experiment = test.run.batch.experiment
    one, looks = shown(test), retests_of(test)
    kin = kin_of(test.safety_set) if test.safety_set is not None else []
    visible = SafetyTest.objects.visible_to(cast("User", request.user)).filter(safety_set__in=kin)
    return {
        "one": one,
        "test": test,
        "run": test.run,
        "experiment": experiment,
        "charts": charts_of(test.run_id, one.report) if one.report is not None else [],
        "uses": uses_of(test, kin, list(visible.values_list("pk", flat=True)[:MOST])),
        "model": Artifact.objects.filter(run=test.run, sha256=test.model_sha256).first() if test.model_sha256 else None,
        "serving": serving_arms(test),
        "trained": shown_model(one.report.trained) if one.report is not None else None,
        "looks": looks,
        "watched": watched(looks),
        "tuned": shown_tuning(test.run.result),
        "may_run": has_right(request, Right.RUN, experiment.study_id),
        "may_download": has_right(request, Right.DOWNLOAD, experiment.study_id),
        "may_collect": may_be_collected(test),
        "pin": json.dumps({"model": pin_of(test)}, indent=2),
        "allocation": json.dumps(found, indent=2) if (found := allocation_by(test)) else "",
    }
