"""The page of an experiment's downloads."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING, cast

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
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
from analysis.views.doors import of_experiment
from experiments.access import Right
from experiments.models import Experiment

if TYPE_CHECKING:
    from django.contrib.auth.models import User

may_download = of_experiment(Right.DOWNLOAD, title="Downloads")


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
