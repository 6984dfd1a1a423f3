"""What every page of this room does first: find the experiment, and refuse in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from experiments.access import Right, require
from experiments.errors import Refusal, Unknown
from experiments.models import Experiment, Study

if TYPE_CHECKING:
    from django.contrib.auth.models import User

P = ParamSpec("P")
Inner = Callable[Concatenate[HttpRequest, Experiment, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]


def of_experiment(right: Right) -> Callable[[Inner[P]], View[P]]:
    """Hand the view the experiment of the address to who has that right; say why not otherwise. POST takes EDIT."""

    def decorate(view: Inner[P]) -> View[P]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            try:
                return view(request, _found(request, slug, right), *args, **kwargs)
            except Refusal as refusal:
                context = {**admin.site.each_context(request), "title": "Analysis plan", "refusal": refusal}
                return render(request, "analysis/refused.html", context, status=refusal.status)

        return cast("View[P]", guarded)

    return decorate


def find_study(request: HttpRequest, slug: str, right: Right) -> Study:
    """Unknown if the user does not belong to it; Forbidden for too low a role."""
    found = Study.objects.visible_to(user_of(request)).filter(slug=slug).first()
    if found is None:
        raise Unknown(f"There is no study “{slug}” that you can see.", hint="Ask a member of it.")
    require(user_of(request), right, found)
    return found


def page(
    request: HttpRequest, template: str, title: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """A page of the console that no cache keeps."""
    response = render(request, template, {**admin.site.each_context(request), "title": title, **context}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def user_of(request: HttpRequest) -> User:
    """Who asks."""
    return cast("User", request.user)


def _found(request: HttpRequest, slug: str, right: Right) -> Experiment:
    visible = Experiment.objects.visible_to(user_of(request)).select_related("study", "version")
    found = visible.filter(slug=slug).first()
    if found is None:
        raise Unknown(f"There is no experiment “{slug}” that you can see.", hint="Ask a member of its study.")
    require(user_of(request), right, found.study)
    return found
