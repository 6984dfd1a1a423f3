"""The page of an experiment's downloads."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial, wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from analysis import tasks
from analysis.answers import file_of, request_in, streamed
from analysis.exports import FORMATS, Options
from analysis.exports.readme import snippets
from analysis.models import Export
from analysis.reads import find_export, prepared_exports, table_summaries
from analysis.services.exporting import open_download, request_export
from experiments.access import Right, require
from experiments.errors import Refusal, Unknown
from experiments.models import Experiment

if TYPE_CHECKING:
    from django.contrib.auth.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
Inner = Callable[Concatenate[HttpRequest, Experiment, P], HttpResponseBase]


def may_download(view: Inner[P]) -> View[Concatenate[str, P]]:
    """Hand the view the experiment of the address, if the visitor may download it; say why not otherwise."""

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
    found = Experiment.objects.visible_to(user).select_related("study").filter(slug=slug).first()
    if found is None:
        raise Unknown(f"There is no experiment “{slug}” that you can see.", hint="Ask a member of its study.")
    require(user, Right.DOWNLOAD, found.study)
    return found


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": "Downloads", "refusal": refusal}
    return render(request, "analysis/refused.html", context, status=refusal.status)


@require_GET
@may_download
def downloads(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """What there is, and buttons to get it."""
    context = {
        **admin.site.each_context(request),
        "title": f"Downloads of {experiment.title}",
        "experiment": experiment,
        "tables": table_summaries(experiment, Options()),
        "formats": FORMATS.values(),
        "snippets": [
            (form.title, *snippets(form, "long", f"{experiment.slug}-long.{form.extension}"))
            for form in FORMATS.values()
        ],
        **_prepared(experiment),
    }
    return render(request, "analysis/downloads.html", context)


@require_GET
@may_download
def prepared(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """The part of the page that changes while files are written."""
    return render(request, "analysis/prepared.html", {"experiment": experiment, **_prepared(experiment)})


@require_POST
@may_download
def stream(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """A table or everything, at once."""
    user = cast("User", request.user)
    wanted = request_in(request.POST.dict())
    return streamed(open_download(experiment, wanted, user=user, now=timezone.now()))


@require_POST
@may_download
def prepare(request: HttpRequest, experiment: Experiment) -> HttpResponseBase:
    """Have a file made, with a checksum known before it is fetched."""
    user = cast("User", request.user)
    wanted = request_in(request.POST.dict())
    export = request_export(experiment, wanted, user=user, now=timezone.now())
    transaction.on_commit(partial(tasks.write_export.delay, export.pk))
    return HttpResponseRedirect(f"{reverse('analysis:downloads', args=[experiment.slug])}#prepared")


@require_GET
@may_download
def file(request: HttpRequest, experiment: Experiment, export: uuid.UUID) -> HttpResponseBase:
    """A file that was made ready."""
    return file_of(request, find_export(experiment, export))


def _prepared(experiment: Experiment) -> dict[str, object]:
    exports = prepared_exports(experiment)
    return {"exports": exports, "is_writing": any(shown.export.status == Export.Status.WAITING for shown in exports)}
