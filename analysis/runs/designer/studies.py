"""Where a document is computed: the studies in which somebody may run things, and the page of what they queued."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from analysis.runs.hooks.parsing import concealed
from analysis.runs.models import Batch
from analysis.runs.services.ordering import Sent, invalid
from experiments.access import Right
from experiments.blueprint import json_object
from experiments.console.rights import has_right, sees_everything, studies_with
from experiments.models import Study
from experiments.problems import StudyFileError
from experiments.yaml_file import dump, load

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def studies_for(request: HttpRequest) -> QuerySet[Study]:
    """Those in which the visitor may run things, by title."""
    visible = Study.objects.visible_to(cast("User", request.user))
    mine = visible if sees_everything(request) else visible.filter(pk__in=studies_with(request, Right.RUN))
    return mine.order_by("title")


def sent_text(text: str, slug: str) -> Sent:
    """The typed text, as a document under that name. Invalid if it cannot be read."""
    try:
        document, positions = load(text, example="one of the examples above")
    except StudyFileError as error:
        raise invalid(error.problems) from error
    return Sent(document, slug=slug, source=text, positions=positions)


def address_of(batch: Batch) -> str:
    """The board of its runs."""
    return f"{reverse('runs:board', args=[batch.experiment.slug])}?{urlencode({'batch': batch.slug})}"


def batch_named(request: HttpRequest, slug: str) -> Batch | None:
    """A batch that the visitor may see, to begin from."""
    visible = Study.objects.visible_to(cast("User", request.user))
    batches = Batch.objects.filter(experiment__study__in=visible).select_related("experiment__study")
    return batches.filter(slug=slug).first() if slug else None


def text_of(request: HttpRequest, batch: Batch) -> str:
    """What it was made from: its source as it was written, or its document. Whom its hooks tell: if one may run it."""
    document = json_object(batch.document)
    if "hooks" in document and not has_right(request, Right.RUN, batch.experiment.study_id):
        return dump(concealed(document))
    return batch.source or dump(batch.document)
