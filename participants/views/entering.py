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
from participants.arrivals import SEALED, Arrival, kind_of
from participants.capability import is_simulated, token_of
from participants.errors import OnlyPreview
from participants.flow.references import as_text, in_language
from participants.invitation import identity_in
from participants.markdown import markdown
from participants.presenting import frame_for
from participants.services.entering import Entry, current_consent, enter, turn_away
from participants.views.arriving import arrival_at, farewell_to, in_frame, query_of, shown_at_once, with_query
from participants.views.refusals import refusal_page

PARAMETERS = ("participant", "lang", SEALED)
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
            response = _look(request, experiment, language)
        response["Cache-Control"] = "no-store"
        return in_frame(response)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Agree and enter, or come back to where one was."""
        experiment = find_experiment(slug)
        language = chosen_language(request, experiment)
        with translation.override(language):
            return in_frame(_come_in(request, experiment, language))


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


def _look(request: HttpRequest, experiment: Experiment, language: str) -> HttpResponse:
    arrival = None
    try:
        arrival = arrival_at(request, experiment)
        at_once = shown_at_once(request, experiment, arrival, language) if arrival else None
        return at_once or _door(request, experiment, language, arrival)
    except Refusal as refusal:
        return refusal_page(request, refusal, frame_for(experiment, language), note=farewell_to(arrival))


def _come_in(request: HttpRequest, experiment: Experiment, language: str) -> HttpResponse:
    entry = None
    try:
        entry = _entry(request, experiment, language)
        if entry.arrival and request.POST.get("decision") == "decline":
            note = turn_away(experiment, entry, because="declined", now=timezone.now())
            message = {"kind": "declined", "note": note}
            return _message(request, experiment, language, message)
        session = enter(experiment, entry, now=timezone.now())
    except Full:
        return _full(request, experiment, language, entry.arrival if entry else None)
    except Refusal as refusal:
        note = farewell_to(entry.arrival if entry else None)
        return refusal_page(request, refusal, frame_for(experiment, language), note=note)
    return HttpResponseRedirect(reverse("participants:page", args=[token_of(session.uuid)]), status=303)


def _entry(request: HttpRequest, experiment: Experiment, language: str) -> Entry:
    arrival = arrival_at(request, experiment)
    if arrival is not None and arrival.is_preview:
        raise OnlyPreview("This is a preview: nobody takes part in it.", hint="Accept the work first, then begin.")
    given = _text(request, "participant")[:LONGEST_ID]
    platform, external_id = identity_in(given, experiment.study)
    if arrival is not None:
        platform, external_id = arrival.kind, arrival.external_id
    elif is_simulated(request.headers):
        platform = "simulated"
    return Entry(
        key=f"{experiment.pk}:{_text(request, 'entry_key') or secrets.token_urlsafe(24)}"[:64],
        consent=_text(request, "consent"),
        language=language,
        platform=platform,
        external_id=external_id,
        arrival=arrival,
    )


def _text(request: HttpRequest, name: str) -> str:
    """A field of the form, or of the link."""
    return str(request.POST.get(name) or request.GET.get(name) or "").replace(NUL, "")


def _door(request: HttpRequest, experiment: Experiment, language: str, arrival: Arrival | None) -> HttpResponse:
    document = current_consent(experiment)
    if request.GET.get("decision") == "decline":
        return _message(request, experiment, language, {"kind": "declined"})
    if document is None or not experiment.is_open:
        message = {"kind": "closed", "note": farewell_to(arrival)}
        return _message(request, experiment, language, message, status=409)
    consent = _consent(request, experiment, document, language, arrival)
    context = {"page": frame_for(experiment, language), "entry": consent}
    return render(request, "participants/entry.html", context)


def _consent(
    request: HttpRequest, experiment: Experiment, document: ConsentDocument, language: str, arrival: Arrival | None
) -> dict[str, object]:
    languages = tuple(str(code) for code in experiment.study.languages)
    query = query_of(request, arrival)
    hidden = {name: query[name][:LONGEST_ID] for name in PARAMETERS if name in query}
    others = languages if len(languages) > 1 else ()
    return {
        "title": as_text(in_language(document.title, language, languages)) or experiment.title,
        "consent_html": markdown(as_text(in_language(document.body, language, languages))),
        "entry_key": secrets.token_urlsafe(24),
        "action": reverse("participants:enter", args=[experiment.slug]),
        "hidden": {"lang": language, **hidden, "consent": document.version},
        "decline": "" if arrival else with_query(query, decision="decline"),
        "languages": [(code, _name_of(code), with_query(query, lang=code)) for code in others],
        "is_rehearsal": experiment.is_rehearsal,
        "preview": kind_of(arrival).preview if arrival and arrival.is_preview else "",
        "declines": arrival is not None,
    }


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


def _full(request: HttpRequest, experiment: Experiment, language: str, arrival: Arrival | None) -> HttpResponse:
    text = as_text(in_language(experiment.full_message, language, tuple(experiment.study.languages)))
    message = {"kind": "full", "html": markdown(text) if text else "", "note": farewell_to(arrival)}
    return _message(request, experiment, language, message, status=409)
