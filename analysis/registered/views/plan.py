"""The page of an experiment's analysis plan: looked at, written, amended, downloaded."""

from __future__ import annotations

import json
from dataclasses import replace

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analysis.registered.document import Plan, default_plan
from analysis.registered.document.parsing import as_typed, unchecked
from analysis.registered.document.schema import AGGREGATES
from analysis.registered.forms import words
from analysis.registered.forms.choices import contrasts, estimands, measures_in
from analysis.registered.forms.draft import Draft
from analysis.registered.forms.numbers import readable
from analysis.registered.forms.plan import document_of, drawn, sheet_of
from analysis.registered.forms.steps import step
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
from experiments.types import Json, JsonObject
from experiments.yaml_file import dump, load

TITLE = "Analysis plan"
SALT = "analysis-plan"


@require_http_methods(["GET", "HEAD", "POST"])
@of_experiment(Right.VIEW, title=TITLE)
def plan(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """The form for who may edit; what was typed and is refused stays in it."""
    known = registered(experiment)
    if request.method != "POST":
        return _shown(request, experiment, known, Draft(known.current))
    require_in(request, Right.EDIT, experiment.study)
    try:
        if "document" in request.POST:
            return _pasted(request, experiment, known)
        return _filled_in(request, experiment, known)
    except Refusal as refusal:
        refused(request, refusal, about="Not saved")
    return HttpResponseRedirect(reverse("registered:plan", args=[experiment.slug]))


def _pasted(request: HttpRequest, experiment: Experiment, known: Registered) -> HttpResponseBase:
    try:
        document = load(request.POST["document"])[0]
    except ValueError as error:
        raise BadValue(f"This document cannot be read: {error}", hint="It is YAML or JSON.") from error
    try:
        _keep(request, experiment, document)
    except Invalid as refusal:
        draft = Draft(unchecked(document) or known.current, errors=refusal.errors)
        return _shown(request, experiment, known, draft)
    return HttpResponseRedirect(reverse("registered:plan", args=[experiment.slug]))


def _filled_in(request: HttpRequest, experiment: Experiment, known: Registered) -> HttpResponseBase:
    """A step of editing shows the form with it, and saves nothing; else all is kept, or shown with what is wrong."""
    fields = {key: str(value) for key, value in request.POST.items()}
    base, is_own = _base(request, known), "is_own" in fields
    sheet = sheet_of(base, _default(experiment, known), is_own=is_own)
    shown = as_typed(document_of(readable(fields), sheet, base))
    asked = [line.place for line in sheet.lines if fields.get(f"q-{line.place}-role", line.role) != words.NOT_ASKED]
    if "do" in fields:
        return _stepped(request, experiment, known, Draft(shown, fields=fields, places=tuple(asked), is_own=is_own))
    try:
        _keep(request, experiment, document_of(fields, sheet, base))
    except (Invalid, BadValue) as refusal:
        errors = refusal.errors if isinstance(refusal, Invalid) else ()
        if not errors:
            messages.error(request, f"Not saved: {refusal.message} {refusal.hint}")
        draft = Draft(shown, errors, fields, tuple(asked), is_own=is_own, is_refused=True)
        return _shown(request, experiment, known, draft)
    return HttpResponseRedirect(reverse("registered:plan", args=[experiment.slug]))


def _stepped(request: HttpRequest, experiment: Experiment, known: Registered, draft: Draft) -> HttpResponseBase:
    asked = draft.fields["do"]
    if asked == "own-families":
        said = "Each family is shown by itself now."
        return _shown(request, experiment, known, replace(draft, is_own=True, said=said))
    measure = next(iter(measures_in(_definition(experiment, known))), "")
    found = step(draft.plan, draft.by_order(asked), _default(experiment, known), measure)
    if found is None:
        return _shown(request, experiment, known, draft)
    places = tuple(None if place is None else draft.places[place] for place in found.places)
    families = tuple(each for each in found.plan.families if each.questions or draft.is_own)
    stepped = replace(
        draft, plan=replace(found.plan, families=families), places=places, said=found.said, focus=found.focus
    )
    return _shown(request, experiment, known, stepped)


def _base(request: HttpRequest, known: Registered) -> Plan:
    """What the form showed: signed, so that it is a plan of ours."""
    try:
        return as_typed(signing.loads(request.POST.get("base", ""), salt=SALT))
    except signing.BadSignature:
        return known.current


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


def _shown(request: HttpRequest, experiment: Experiment, known: Registered, draft: Draft) -> HttpResponse:
    may_edit = has_right(request, Right.EDIT, experiment.study_id) and experiment.status != experiment.Status.ARCHIVED
    is_open, definition = experiment.status in OPEN, _definition(experiment, known)
    sheet = sheet_of(draft.plan, default_plan(definition), is_own=draft.is_own)
    amends = request.method == "POST" or "amend" in request.GET
    context: dict[str, object] = {
        **_choices(definition),
        "experiment": experiment,
        "known": known,
        "plan": draft.plan,
        "sheet": sheet,
        "lines": [replace(line, typed=draft.typed(line.place)) for line in sheet.lines],
        "texts": draft.texts,
        "rules": rules(draft.plan),
        "is_open": is_open,
        "may_edit": may_edit,
        "is_writable": may_edit and (is_open or amends),
        "errors": draft.errors,
        "said": draft.said,
        "focus": draft.focus,
        "is_own_families": draft.is_own or not sheet.is_plain,
        "base": signing.dumps(draft.plan.as_json(), salt=SALT, compress=True),
        "reason": request.POST.get("reason", ""),
        "drawn": drawn(sheet),
        "text": request.POST.get("document") or dump(draft.plan.as_json()),
    }
    status = 422 if draft.errors or draft.is_refused else 200
    return page(request, "registered/plan.html", f"Analysis plan: {experiment.title}", context, status=status)


def _choices(definition: JsonObject) -> dict[str, object]:
    """What the form's fields offer."""
    return {
        "words": words,
        "contrasts": contrasts(definition),
        "estimands": estimands(),
        "measures": measures_in(definition),
        "aggregates": AGGREGATES,
    }


def _definition(experiment: Experiment, known: Registered) -> JsonObject:
    return known.definition if known.definition is not None else definition_of(experiment)


def _default(experiment: Experiment, known: Registered) -> Plan:
    """What could be asked: all that the default plan asks."""
    return known.planned if known.row is None else default_plan(definition_of(experiment))
