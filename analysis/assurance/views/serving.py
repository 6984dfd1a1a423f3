"""From a passed test to an arm that serves its model; and back, by withdrawing the test."""

from __future__ import annotations

import uuid
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from analysis.assurance.forms.serving import ServeForm
from analysis.assurance.models import SafetyTest
from analysis.assurance.services.pinning import pin_model
from analysis.assurance.services.taking_down import take_down, withdraw_test
from analysis.assurance.views.doors import find_test, page, refused
from experiments.access import Right
from experiments.console.finding import require_in
from experiments.console.refusals import refused as say_no
from experiments.errors import Refusal
from experiments.models import Arm, UnitKind
from experiments.services.editing import EDITABLE

MOST: Final = 500
LONGEST: Final = 400


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def serve(request: HttpRequest, test: uuid.UUID) -> HttpResponse:
    """Choose an arm; the gate looks at it when the experiment is published."""
    try:
        found = find_test(request, test)
        require_in(request, Right.EDIT, found.run.batch.experiment.study)
    except Refusal as refusal:
        return refused(request, refusal)
    form = ServeForm(request.POST if request.method == "POST" else None, arms=_arms(found))
    if form.is_valid():
        arm: Arm = form.cleaned_data["arm"]
        try:
            pin_model(arm.experiment, arm.name, found)
        except Refusal as refusal:
            say_no(request, refusal, about="Not served")
        else:
            messages.success(request, f"Arm “{arm.name}” of “{arm.experiment.title}” serves it once you publish.")
            return HttpResponseRedirect(reverse("admin:experiments_experiment_change", args=[arm.experiment_id]))
    context = {"test": found, "form": form, "run": found.run}
    status = 422 if request.method == "POST" else 200
    return page(request, "assurance/serve.html", "Serve a model by an arm", context, status=status)


@require_POST
@login_required
def withdraw(request: HttpRequest, test: uuid.UUID) -> HttpResponse:
    """The test stands no more, and arms that serve its model are taken down."""
    try:
        found = find_test(request, test, Right.RUN)
    except Refusal as refusal:
        return refused(request, refusal)
    because = request.POST.get("because", "").strip()[:LONGEST] or "Withdrawn in the console."
    withdrawn = withdraw_test(found, because=because, now=timezone.now())
    taken = take_down(withdrawn, now=timezone.now())
    named = ", ".join(f"“{experiment.title}”" for experiment in taken)
    messages.success(request, "The test is withdrawn. " + (f"Taken down in {named}." if taken else "No arm served it."))
    return HttpResponseRedirect(reverse("assurance:test", args=[found.uuid]))


def _arms(test: SafetyTest) -> list[Arm]:
    """Of experiments of its study that may still change, and are not about runs."""
    study = test.run.batch.experiment.study_id
    rows = Arm.objects.filter(experiment__study=study, experiment__status__in=EDITABLE)
    rows = rows.exclude(experiment__unit_kind=UnitKind.RUN).select_related("experiment")
    return list(rows.order_by("-experiment", "position", "pk")[:MOST])
