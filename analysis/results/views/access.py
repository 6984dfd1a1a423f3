"""Who may see results: whoever may download the data."""

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
from experiments.models import Experiment

if TYPE_CHECKING:
    from django.contrib.auth.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
Inner = Callable[Concatenate[HttpRequest, Experiment, P], HttpResponseBase]


def may_see_results(view: Inner[P]) -> View[Concatenate[str, P]]:
    """Hand the view the experiment of the address; say why not otherwise."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, _experiment(request, slug), *args, **kwargs)
        except Refusal as refusal:
            return _refused(request, refusal)

    return cast("View[Concatenate[str, P]]", guarded)


def _experiment(request: HttpRequest, slug: str) -> Experiment:
    user = cast("User", request.user)
    found = Experiment.objects.visible_to(user).select_related("study", "version").filter(slug=slug).first()
    if found is None:
        raise Unknown(f"There is no experiment “{slug}” that you can see.", hint="Ask a member of its study.")
    require(user, Right.DOWNLOAD, found.study)
    return found


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": "Results", "refusal": refusal}
    return render(request, "analysis/refused.html", context, status=refusal.status)
