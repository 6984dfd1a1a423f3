"""What the pages about an experiment's data do first: find it for who may, and refuse in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from experiments.access import Right
from experiments.console.finding import find_experiment
from experiments.errors import Refusal
from experiments.models import Experiment

P = ParamSpec("P")
Inner = Callable[Concatenate[HttpRequest, Experiment, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]


def of_experiment(right: Right, *, title: str) -> Callable[[Inner[P]], View[P]]:
    """Hand the view the experiment of the address to who has that right; say why not otherwise, under that title."""

    def decorate(view: Inner[P]) -> View[P]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            try:
                return view(request, find_experiment(request, slug, right), *args, **kwargs)
            except Refusal as refusal:
                return refused(request, refusal, title=title)

        return cast("View[P]", guarded)

    return decorate


def refused(request: HttpRequest, refusal: Refusal, *, title: str) -> HttpResponse:
    """In words, with the status."""
    context = {**admin.site.each_context(request), "title": title, "refusal": refusal}
    return render(request, "analysis/refused.html", context, status=refusal.status)
