"""At the door, for whom a crowd platform sent: a preview, their session, something to hand in, or the consent text."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from experiments.models import Experiment
from experiments.storable import NUL
from participants.arrivals import ARRIVALS, SEALED, Arrival, arrival_in, kind_of, sealed
from participants.capability import token_of
from participants.handoffs import HandOff
from participants.models import Session
from participants.presenting import frame_for


def arrival_at(request: HttpRequest, experiment: Experiment) -> Arrival | None:
    """Who comes, as the link or our own form says. Refusal for a link that is wrong."""
    if not ARRIVALS:
        return None
    names = {*request.GET, *request.POST}
    given = {name: str(request.POST.get(name) or request.GET.get(name) or "").replace(NUL, "") for name in names}
    return arrival_in(given, experiment)


def shown_at_once(request: HttpRequest, experiment: Experiment, arrival: Arrival, language: str) -> HttpResponse | None:
    """What somebody whom a platform sent is shown in place of the consent text; None if they are to read it."""
    found = kind_of(arrival).look(arrival, experiment)
    if isinstance(found, Session):
        return HttpResponseRedirect(reverse("participants:page", args=[token_of(found.uuid)]))
    if isinstance(found, HandOff):
        message = {"kind": "pay", "handoff": found}
        return render(
            request, "participants/message.html", {"page": frame_for(experiment, language), "message": message}
        )
    return None


def query_of(request: HttpRequest, arrival: Arrival | None) -> dict[str, str]:
    """The parameters that our own links and forms go on with: ids of people travel encrypted."""
    if arrival is None or arrival.is_preview:
        return request.GET.dict()
    lang = {"lang": request.GET["lang"]} if "lang" in request.GET else {}
    return {SEALED: sealed(arrival), **lang}


def farewell_to(arrival: Arrival | None) -> str:
    """What somebody does there who does not take part here."""
    return kind_of(arrival).farewell if arrival else ""


def with_query(query: Mapping[str, str], **changes: str) -> str:
    """The same address with other parameters."""
    return f"?{urlencode({**query, **changes})}"


def in_frame(response: HttpResponse) -> HttpResponse:
    """Let the platforms' sites show the page, besides FRAME_ANCESTORS."""
    ancestors = sorted({site for kind in ARRIVALS.values() for site in kind.frame_ancestors()})
    if ancestors:
        before = getattr(response, "_csp_update", {})
        response._csp_update = {**before, "frame-ancestors": ancestors}  # type: ignore[attr-defined]  # django-csp's own
    return response


def in_frame_of(session: Session, response: HttpResponse) -> HttpResponse:
    """The same for a page of a session; nothing is asked for those who came by a plain link."""
    return in_frame(response) if session.came_by else response
