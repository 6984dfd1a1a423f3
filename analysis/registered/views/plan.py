"""The page of an experiment's analysis plan: looked at, written, amended, downloaded."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analysis.registered.document import Plan, default_plan
from analysis.registered.document.parsing import unchecked
from analysis.registered.forms import words
from analysis.registered.forms.plan import document_of, drawn, sheet_of
from analysis.registered.reads import Registered, definition_of, registered
from analysis.registered.rules import rules
from analysis.registered.services.writing import OPEN, amend_plan, forget_plan, write_plan
from analysis.registered.views.doors import page, user_of
from analysis.views.doors import of_experiment
from experiments.access import Right
from experiments.console.finding import require_in
from experiments.console.refusals import refused
from experiments.console.rights import has_right
from experiments.errors import BadValue, Invalid, Refusal
from experiments.models import Experiment
from experiments.types import Json
from experiments.yaml_file import dump, load

TITLE = "Analysis plan"


@require_http_methods(["GET", "HEAD", "POST"])
@of_experiment(Right.VIEW, title=TITLE)
def plan(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """The form for who may edit; what was typed and is refused stays in it."""
    known = registered(experiment)
    if request.method != "POST":
        return _shown(request, experiment, known, known.current)
    require_in(request, Right.EDIT, experiment.study)
    document: Json = None
    try:
        document = _typed(request, experiment, known)
        _keep(request, experiment, document)
    except Invalid as refusal:
        typed = unchecked(document) or known.current
        return _shown(request, experiment, known, typed, refusal.errors)
    except Refusal as refusal:
        refused(request, refusal, about="Not saved")
    return HttpResponseRedirect(reverse("registered:plan", args=[experiment.slug]))


@require_POST
@of_experiment(Right.EDIT, title=TITLE)
def forget(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """Back to the plan that is read off the measures."""
    try:
        forget_plan(experiment, now=timezone.now())
        messages.success(request, "The plan is again the one that is read off the measures.")
    except Refusal as refusal:
        refused(request, refusal)
    return HttpResponseRedirect(reverse("registered:plan", args=[experiment.slug]))


@require_GET
@of_experiment(Right.VIEW, title=TITLE)
def plan_file(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """The plan as it was planned (`?which=current`: as last amended), as YAML or JSON (`?format=json`)."""
    known = registered(experiment)
    document = (known.current if request.GET.get("which") == "current" else known.planned).as_json()
    is_json = request.GET.get("format") == "json"
    content = json.dumps(document, ensure_ascii=False, indent=2) if is_json else dump(document)
    name = f"{experiment.slug}-analysis-plan.{'json' if is_json else 'yaml'}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    kind = "application/json" if is_json else "application/yaml; charset=utf-8"
    return HttpResponse(content, content_type=kind, headers=headers)


@require_POST
@of_experiment(Right.VIEW, title=TITLE)
def power(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """The chances of a graph's answers: {weights, arrows, powers, level, correlation} in, {each, any, all} out."""
    from analysis.registered.graph_chances import chances  # NumPy: only when somebody asks

    try:
        return JsonResponse(chances(json.loads(request.body)))
    except (ValueError, TypeError, KeyError) as error:
        return JsonResponse({"said": f"These chances cannot be computed: {error}"}, status=422)


def _typed(request: HttpRequest, experiment: Experiment, known: Registered) -> Json:
    text = request.POST.get("document")
    if text is not None:
        try:
            return load(text)[0]
        except ValueError as error:
            raise BadValue(f"This document cannot be read: {error}", hint="It is YAML or JSON.") from error
    sheet = sheet_of(known.current, _default(experiment, known))
    return document_of({key: str(value) for key, value in request.POST.items()}, sheet, known.current)


def _keep(request: HttpRequest, experiment: Experiment, document: Json) -> None:
    now, by = timezone.now(), user_of(request)
    if experiment.status in OPEN:
        row = write_plan(experiment, document, by=by, now=now)
        messages.success(request, f"The plan is saved ({row.sha256[:12]}). It is frozen when the experiment starts.")
        return
    amendment = amend_plan(experiment, document, reason=request.POST.get("reason", ""), by=by, now=now)
    if amendment is None:
        messages.info(request, "This is what stands already: nothing was amended.")
    else:
        messages.success(request, f"Amendment {amendment.number} stands beside the plan; both are analysed.")


def _shown(
    request: HttpRequest,
    experiment: Experiment,
    known: Registered,
    shown: Plan,
    errors: Sequence[object] = (),
) -> HttpResponse:
    may_edit = has_right(request, Right.EDIT, experiment.study_id) and experiment.status != experiment.Status.ARCHIVED
    sheet = sheet_of(shown, _default(experiment, known))
    context: dict[str, object] = {
        "experiment": experiment,
        "known": known,
        "plan": shown,
        "sheet": sheet,
        "rules": rules(shown),
        "words": words,
        "is_open": experiment.status in OPEN,
        "may_edit": may_edit,
        "errors": errors,
        "reason": request.POST.get("reason", ""),
        "drawn": drawn(sheet),
        "text": request.POST.get("document") or dump(shown.as_json()),
    }
    return page(
        request, "registered/plan.html", f"Analysis plan: {experiment.title}", context, status=422 if errors else 200
    )


def _default(experiment: Experiment, known: Registered) -> Plan:
    """What could be asked: all that the default plan asks."""
    return known.planned if known.row is None else default_plan(definition_of(experiment))
