"""What every page of the board does first: find what the address names, and refuse in words."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from analysis.runs.board.table import batches_of
from analysis.runs.models import Batch, Run, Status
from experiments.access import Right
from experiments.console.finding import find_experiment
from experiments.console.rights import has_right
from experiments.errors import Forbidden, Refusal, Unknown
from experiments.models import Experiment

if TYPE_CHECKING:
    from django.contrib.auth.models import User

P = ParamSpec("P")
MOST_SIDE_BY_SIDE = 20
MOST_TELLING = (Status.RUNNING, Status.QUEUED, Status.PAUSED, Status.FAILED, Status.CANCELLED, Status.COMPLETED)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a page of the board is about. every: all batches of the experiment; batches: those that are looked at."""

    experiment: Experiment
    every: list[Batch]
    batches: list[Batch]
    may_download: bool
    may_run: bool

    @property
    def is_part(self) -> bool:
        """Whether some batches are left out."""
        return len(self.batches) < len(self.every)

    @property
    def standing(self) -> Status | None:
        """Where these batches stand together: what is under way comes first, and what failed before what is done."""
        there = {batch.status for batch in self.batches}
        return next((status for status in MOST_TELLING if status in there), None)


@dataclass(frozen=True, slots=True)
class Tab:
    """A page that a room above adds to the board, for batches of one procedure. name: of its address."""

    title: str
    name: str


MORE_TABS: dict[str, Tab] = {}  # by procedure

OfShelf = Callable[Concatenate[HttpRequest, Shelf, P], HttpResponseBase]
OfRun = Callable[Concatenate[HttpRequest, Run, P], HttpResponseBase]
Door = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def of_experiment(view: OfShelf[P]) -> Door[Concatenate[str, P]]:
    """Hand the view the batches of the address: `?batch=` names some; none named: all."""

    @require_GET
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            shelf = _shelf(request, slug)
        except Refusal as refusal:
            return refused(request, refusal)
        return view(request, shelf, *args, **kwargs)

    return cast("Door[Concatenate[str, P]]", guarded)


def of_run(view: OfRun[P], *, right: Right = Right.VIEW) -> Door[Concatenate[uuid.UUID, P]]:
    """Hand the view the run of the address."""

    @require_GET
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, run: uuid.UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            found = find_run(request, run, right)
        except Refusal as refusal:
            return refused(request, refusal)
        return view(request, found, *args, **kwargs)

    return cast("Door[Concatenate[uuid.UUID, P]]", guarded)


def find_run(request: HttpRequest, identity: uuid.UUID, right: Right) -> Run:
    """Unknown if it is of a study that the user does not belong to; Forbidden for too low a role."""
    user = cast("User", request.user)
    related = ("batch__experiment__study", "environment", "warm_from")
    found = Run.objects.visible_to(user).select_related(*related).filter(uuid=identity).first()
    if found is None:
        raise Unknown("There is no such run that you can see.", hint="Ask a member of its study.")
    if not may_in(request, right, found.batch.experiment):
        raise Forbidden(f"Your role in this study does not include: {right}.", hint="Ask an owner of the study.")
    return found


def may_in(request: HttpRequest, right: Right, experiment: Experiment) -> bool:
    """Whether the user has that right in the experiment's study."""
    return has_right(request, right, experiment.study_id)


def page(request: HttpRequest, template: str, title: str, context: dict[str, object]) -> HttpResponse:
    """A page of the console that no cache keeps."""
    whole = {**admin.site.each_context(request), "title": title, "live_url": _live_url(request), **context}
    shelf = context.get("shelf")
    if isinstance(shelf, Shelf):
        whole["more_tabs"] = _more_tabs(shelf)
    response = render(request, template, whole)
    response["Cache-Control"] = "no-store"
    return response


def _more_tabs(shelf: Shelf) -> list[tuple[str, str, str]]:
    """(title, its key in lower case, address) of those that fit what is there."""
    found = {MORE_TABS[batch.procedure] for batch in shelf.every if batch.procedure in MORE_TABS}
    ordered = sorted(found, key=lambda tab: tab.title)
    return [(tab.title, tab.title.lower(), reverse(tab.name, args=[shelf.experiment.slug])) for tab in ordered]


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """In words, with the status."""
    context = {**admin.site.each_context(request), "title": "Runs", "refusal": refusal}
    return render(request, "analysis/refused.html", context, status=refusal.status)


def _shelf(request: HttpRequest, slug: str) -> Shelf:
    experiment = find_experiment(request, slug)
    every, batches = batches_of(experiment, request.GET.getlist("batch")[:MOST_SIDE_BY_SIDE])
    return Shelf(
        experiment,
        every,
        batches,
        may_download=has_right(request, Right.DOWNLOAD, experiment.study_id),
        may_run=has_right(request, Right.RUN, experiment.study_id),
    )


def _live_url(request: HttpRequest) -> str:
    """Where this page may listen; empty where there is no live server."""
    return str(settings.LIVE_URL)
