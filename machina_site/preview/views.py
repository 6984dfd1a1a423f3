"""The doors of the previews."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from experiments.blueprint import Blueprint
from experiments.forms.step import PreviewForm
from experiments.models import Experiment, Step
from experiments.services.snapshot import STEP, definition_of
from experiments.types import Json, JsonObject
from participants.flow.references import as_text, in_language
from participants.presenting import PageView
from participants.previewing import (
    Choice,
    PreviewRefused,
    blueprint_of,
    outline,
    place_of_step,
    places_of,
    preview,
)
from participants.services.entering import current_consent

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def _visible(request: HttpRequest, pk: int) -> Experiment:
    experiments = Experiment.objects.visible_to(cast("User", request.user)).select_related("study")
    return get_object_or_404(experiments, pk=pk)


def _choice(given: QueryDict) -> Choice:
    return Choice(arm=given.get("preview_arm", ""), language=given.get("preview_language", ""))


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else 0


def _page(request: HttpRequest, view: PageView) -> HttpResponse:
    with translation.override(view.language):
        response = render(request, "participants/page.html", {"page": view})
    response["Cache-Control"] = "no-store"
    return response


def _refused(sentences: list[str]) -> HttpResponse:
    return HttpResponse("\n".join(sentences), status=422, content_type="text/plain; charset=utf-8")


@require_POST
def preview_step(request: HttpRequest, pk: int) -> HttpResponse:
    """The page that the typed step would be; 422 with one sentence a line if it would be none."""
    experiment = _visible(request, pk)
    step = Step.objects.filter(experiment=experiment, pk=_number(request.POST.get("preview_step"))).first()
    form = PreviewForm(request.POST, instance=step or Step(experiment=experiment))
    if "components" not in request.POST and step is not None:
        typed = {name: getattr(step, name) for name in STEP}  # who may not edit sees what is saved
    elif form.is_valid():
        typed = {name: form.cleaned_data.get(name) for name in STEP}
    else:
        return _refused(_form_sentences(form))
    try:
        return _page(request, _typed_page(experiment, typed, step, request.POST))
    except PreviewRefused as refusal:
        return _refused([str(refusal)])


def _form_sentences(form: ModelForm[Step]) -> list[str]:
    return [
        f"{form.fields[name].label or name}: {error}" if name in form.fields else str(error)
        for name, errors in form.errors.items()
        for error in errors
    ]


def _typed_page(experiment: Experiment, typed: dict[str, Json], step: Step | None, given: QueryDict) -> PageView:
    definition = definition_of(experiment)
    saved = [dict(cast(JsonObject, each)) for each in cast("list[Json]", definition["steps"])]
    place = next((index for index, each in enumerate(saved) if step and each["name"] == _saved_name(step)), len(saved))
    steps = [*saved[:place], typed, *saved[place + 1 :]]
    blueprint = blueprint_of({**definition, "steps": cast(Json, steps)}, experiment.study.languages)
    choice = _choice(given)
    places = places_of(blueprint, choice)
    number = place_of_step(places, str(typed["name"]), _number(given.get("preview_repetition")) or 1)
    return preview(blueprint, places, number, choice)


def _saved_name(step: Step) -> str:
    """As in the tables: the form has written what was typed into the object."""
    return str(Step.objects.values_list("name", flat=True).get(pk=step.pk))


@require_GET
def walk_through(request: HttpRequest, pk: int) -> HttpResponse:
    """The timeline of an arm, page by page, in a frame."""
    experiment = _visible(request, pk)
    blueprint = blueprint_of(definition_of(experiment), experiment.study.languages)
    choice = _choice(request.GET)
    context: dict[str, object] = {
        **admin.site.each_context(request),
        "title": f"Walk through: {experiment.title}",
        "experiment": experiment,
        "arms": list(blueprint.arms),
        "languages": blueprint.languages,
        "choice": choice,
        "width": "phone" if request.GET.get("preview_width") == "phone" else "desktop",
    }
    try:
        places = places_of(blueprint, choice)
    except PreviewRefused as refusal:
        return render(request, "machina/walk_through.html", {**context, "refusal": str(refusal)})
    number = min(_number(request.GET.get("page")), max(len(places) - 1, 0))
    context |= _around(experiment, blueprint, choice)
    context |= {"pages": outline(places), "number": number, "total": len(places), "refusal": ""}
    return render(request, "machina/walk_through.html", context)


def _around(experiment: Experiment, blueprint: Blueprint, choice: Choice) -> dict[str, object]:
    """What people read before the first page and after the last, in the language chosen."""
    language = choice.language or blueprint.languages[0]
    consent = current_consent(experiment)

    def text(value: Json) -> str:
        return as_text(in_language(value, language, blueprint.languages))

    return {
        "consent_title": text(consent.title) if consent else "",
        "consent_body": text(consent.body) if consent else "",
        "debrief": text(blueprint.debrief),
        "full_message": text(blueprint.full_message),
    }


@require_GET
@xframe_options_sameorigin
def walk_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands in the frame."""
    experiment = _visible(request, pk)
    blueprint = blueprint_of(definition_of(experiment), experiment.study.languages)
    choice = _choice(request.GET)
    try:
        places = places_of(blueprint, choice)
        number = min(_number(request.GET.get("page")), len(places) - 1)
        if number < 0:
            raise PreviewRefused("There are no steps yet.")
        return _page(request, preview(blueprint, places, number, choice))
    except PreviewRefused as refusal:
        return _refused([str(refusal)])
