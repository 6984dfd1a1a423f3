"""What an experiment requires of the models that its arms serve, and how its arms stand to it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from analysis.assurance.forms.requiring import ConstraintFormSet, RequiredForm, typed
from analysis.assurance.models import Requirement
from analysis.assurance.presenting import ArmStanding, arm_standings
from analysis.assurance.services.requiring import require_constraints
from analysis.assurance.views.doors import page, refused
from experiments.access import Right
from experiments.console.finding import find_experiment, require_in
from experiments.console.refusals import refused as say_no
from experiments.console.rights import has_right
from experiments.errors import Refusal
from experiments.models import Experiment
from experiments.services.editing import EDITABLE


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def requirements(request: HttpRequest, slug: str) -> HttpResponse:
    """The list, and the form for who may edit."""
    try:
        experiment = find_experiment(request, slug)
        if request.method == "POST":
            require_in(request, Right.EDIT, experiment.study)
    except Refusal as refusal:
        return refused(request, refusal)
    rows = list(Requirement.objects.filter(experiment=experiment))
    initial = [typed(row) for row in rows]
    forms = ConstraintFormSet(request.POST if request.method == "POST" else None, initial=initial, prefix="constraint")
    if request.method == "POST" and forms.is_valid() and _saved(request, experiment, forms):
        return HttpResponseRedirect(reverse("assurance:requirements", args=[slug]))
    standings: list[ArmStanding] = arm_standings(experiment, rows)
    context = {
        "experiment": experiment,
        "rows": rows,
        "forms": forms,
        "standings": standings,
        "may_edit": has_right(request, Right.EDIT, experiment.study_id) and experiment.status in EDITABLE,
    }
    status = 422 if request.method == "POST" else 200
    return page(request, "assurance/requirements.html", f"Safety: {experiment.title}", context, status=status)


def _saved(request: HttpRequest, experiment: Experiment, forms: BaseFormSet[RequiredForm]) -> bool:
    kept = [form for form in forms if form.has_changed() or form.initial]
    wanted = [form.wanted() for form in kept if form.cleaned_data and not form.cleaned_data.get("DELETE")]
    try:
        found = require_constraints(experiment, wanted, now=timezone.now())
    except Refusal as refusal:
        say_no(request, refusal, about="Not saved")
        return False
    n = len(found)
    said = f"{n} constraint{'' if n == 1 else 's'} required of every model" if n else "Nothing is required any more"
    messages.success(request, f"{said}. The gate looks at it when “{experiment.title}” is next published.")
    return True
