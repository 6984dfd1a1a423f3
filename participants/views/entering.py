"""The door of an experiment: read the consent text, agree, get in. Looking takes nothing."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from experiments.errors import Full, Refusal
from experiments.models import ConsentDocument, Experiment, Status, UnitKind
from experiments.querysets import one
from experiments.storable import NUL
from participants.capability import is_simulated, token_of
from participants.flow.references import as_text, in_language
from participants.invitation import identity_in
from participants.markdown import markdown
from participants.presenting import frame_for
from participants.services.entering import Entry, current_consent, enter
from participants.views.refusals import refusal_page

PARAMETERS = ("participant", "lang")
LONGEST_ID = 4096  # longer than any link; a cut one could be somebody else


# Nothing here acts for somebody who is signed in; the entry key makes a second post harmless.
@method_decorator(csrf_exempt, name="dispatch")
class EnterView(View):
    """/s/<slug>/"""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The consent page. Previews and link scanners may look as often as they like."""
        experiment = find_experiment(slug)
        language = chosen_language(request, experiment)
        with translation.override(language):
            response = _door(request, experiment, language)
        response["Cache-Control"] = "no-store"
        return response

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Agree and enter, or come back to where one was."""
        experiment = find_experiment(slug)
        language = chosen_language(request, experiment)
        with translation.override(language):
            try:
                session = enter(experiment, _entry(request, experiment, language), now=timezone.now())
            except Full:
                return _full(request, experiment, language)
            except Refusal as refusal:
                return refusal_page(request, refusal, frame_for(experiment, language))
        return HttpResponseRedirect(reverse("participants:page", args=[token_of(session.uuid)]), status=303)


def find_experiment(slug: str) -> Experiment:
    """The experiment for people of that slug, or the newest open one of the study of that slug; 404 if none."""
    for_people = Experiment.objects.filter(unit_kind=UnitKind.PARTICIPANT).exclude(status=Status.ARCHIVED)
    experiments = for_people.select_related("study")
    found = one(experiments.filter(slug=slug)) or experiments.open_now().filter(study__slug=slug).first()
    return found or get_object_or_404(experiments, slug=slug)


def chosen_language(request: HttpRequest, experiment: Experiment) -> str:
    """What was asked for if the study has it, else what the browser prefers, else the study's first."""
    languages = [str(code) for code in experiment.study.languages]
    asked = request.POST.get("lang") or request.GET.get("lang") or translation.get_language_from_request(request)
    return next((code for code in (asked, str(asked).split("-")[0]) if code in languages), experiment.study.language)


def _entry(request: HttpRequest, experiment: Experiment, language: str) -> Entry:
    given = _text(request, "participant")[:LONGEST_ID]
    platform, external_id = identity_in(given, experiment.study)
    return Entry(
        key=f"{experiment.pk}:{_text(request, 'entry_key') or secrets.token_urlsafe(24)}"[:64],
        consent=_text(request, "consent"),
        language=language,
        platform="simulated" if is_simulated(request.headers) else platform,
        external_id=external_id,
    )


def _text(request: HttpRequest, name: str) -> str:
    """A field of the form, or of the link."""
    return str(request.POST.get(name) or request.GET.get(name) or "").replace(NUL, "")


def _door(request: HttpRequest, experiment: Experiment, language: str) -> HttpResponse:
    document = current_consent(experiment)
    if request.GET.get("decision") == "decline":
        return _message(request, experiment, language, {"kind": "declined"})
    if document is None or not experiment.is_open:
        return _message(request, experiment, language, {"kind": "closed"}, status=409)
    context = {"page": frame_for(experiment, language), "entry": _consent(request, experiment, document, language)}
    return render(request, "participants/entry.html", context)


def _consent(
    request: HttpRequest, experiment: Experiment, document: ConsentDocument, language: str
) -> dict[str, object]:
    languages = tuple(str(code) for code in experiment.study.languages)
    hidden = {name: request.GET[name][:LONGEST_ID] for name in PARAMETERS if name in request.GET}
    return {
        "title": as_text(in_language(document.title, language, languages)) or experiment.title,
        "consent_html": markdown(as_text(in_language(document.body, language, languages))),
        "entry_key": secrets.token_urlsafe(24),
        "action": reverse("participants:enter", args=[experiment.slug]),
        "hidden": {"lang": language, **hidden, "consent": document.version},
        "decline": _with(request, decision="decline"),
        "languages": [(code, _name_of(code), _with(request, lang=code)) for code in languages if len(languages) > 1],
        "is_rehearsal": experiment.is_rehearsal,
    }


def _with(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


def _name_of(code: str) -> str:
    try:
        return str(translation.get_language_info(code)["name_local"])
    except KeyError:
        return code


def _message(
    request: HttpRequest, experiment: Experiment, language: str, message: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    context = {"page": frame_for(experiment, language), "message": message}
    return render(request, "participants/message.html", context, status=status)


def _full(request: HttpRequest, experiment: Experiment, language: str) -> HttpResponse:
    text = as_text(in_language(experiment.full_message, language, tuple(experiment.study.languages)))
    message = {"kind": "full", "html": markdown(text) if text else ""}
    return _message(request, experiment, language, message, status=409)
