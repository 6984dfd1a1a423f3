"""What every page of this room does first: find what the address names, and refuse in words."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from crowd.models import Campaign
from experiments.access import Right
from experiments.console.finding import require_in
from experiments.console.refusals import refused as say_no
from experiments.errors import Refusal, Unknown

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Sent = ParamSpec("Sent")
View = Callable[Concatenate[HttpRequest, Sent], HttpResponseBase]


def refusing_in_words(view: View[Sent]) -> View[Sent]:
    """A refusal that the view lets through becomes a page that says why, with the refusal's status."""

    @wraps(view)
    def answer(request: HttpRequest, /, *sent: Sent.args, **named: Sent.kwargs) -> HttpResponseBase:
        try:
            return view(request, *sent, **named)
        except Refusal as refusal:
            return refused(request, refusal)

    return answer


def posted(address: str, *names: str) -> Callable[[View[Sent]], View[Sent]]:
    """A POST is for the view; who comes by a link, a reload or after signing in is led to the page it is sent from.

    address: of that page. names: of what both have in their addresses; the campaign's if none is said.
    """
    wanted = names or ("campaign",)

    def around(view: View[Sent]) -> View[Sent]:
        @wraps(view)
        def answer(request: HttpRequest, /, *sent: Sent.args, **named: Sent.kwargs) -> HttpResponseBase:
            if request.method in ("GET", "HEAD"):
                return HttpResponseRedirect(reverse(address, args=[named[name] for name in wanted if name in named]))
            if request.method != "POST":
                return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
            return view(request, *sent, **named)

        return answer

    return around


@contextmanager
def telling(request: HttpRequest) -> Iterator[None]:
    """What is refused inside is told on the next page, which follows whatever became of it."""
    try:
        yield
    except Refusal as refusal:
        say_no(request, refusal)


def find_campaign(request: HttpRequest, identity: uuid.UUID, right: Right = Right.VIEW) -> Campaign:
    """Unknown if it is of a study that the user does not belong to; Forbidden for too low a role."""
    rows = Campaign.objects.visible_to(cast("User", request.user))
    related = ("account", "experiment__study", "experiment__version", "confirmed_by")
    found = rows.select_related(*related).filter(uuid=identity).first()
    if found is None:
        raise Unknown("There is no such campaign that you can see.", hint="Ask a member of its study.")
    require_in(request, right, found.experiment.study)
    return found


def page(
    request: HttpRequest, template: str, title: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """A page of the console that no cache keeps."""
    whole = {**admin.site.each_context(request), "title": title, **context}
    response = render(request, template, whole, status=status)
    response["Cache-Control"] = "no-store"
    return response


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """In words, with the status."""
    return page(request, "analysis/refused.html", "Crowd", {"refusal": refusal}, status=refusal.status)
