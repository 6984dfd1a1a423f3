"""New rows for a model that passed, sent as a file: one look, one sentence."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from analysis.assurance.models import Retest
from analysis.assurance.services.collecting import collected
from analysis.assurance.services.retesting import deliver_rows
from analysis.assurance.views.doors import find_test, refused
from experiments.access import Right
from experiments.console.refusals import refused as say_no
from experiments.errors import BadValue, Refusal
from experiments.types import JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LARGEST = 5_000_000


@require_POST
@login_required
def retest(request: HttpRequest, test: uuid.UUID) -> HttpResponse:
    """A CSV file with the columns of the training's data, label and groups included."""
    try:
        found = find_test(request, test, Right.RUN)
    except Refusal as refusal:
        return refused(request, refusal)
    try:
        now = timezone.now()
        rows = collected(found, now=now) if "collect" in request.POST else _rows(request)
        look = deliver_rows(found, rows, now=now, user=cast("User", request.user))
    except Refusal as refusal:
        say_no(request, refusal, about="Not looked at")
    else:
        _say(request, look)
    return HttpResponseRedirect(f"{reverse('assurance:test', args=[found.uuid])}#retests-title")


def _rows(request: HttpRequest) -> list[JsonObject]:
    from analysis.safety.retesting import rows_in

    file = request.FILES.get("rows")
    if not isinstance(file, UploadedFile) or not file.size:
        raise BadValue("Choose a CSV file with rows in it.")
    if file.size > LARGEST:
        raise BadValue("This file is larger than 5 MB.", hint="Send it in parts.")
    try:
        return rows_in(file.read())
    except ValueError as error:
        raise BadValue(str(error)) from error


def _say(request: HttpRequest, look: Retest) -> None:
    if look.has_drifted:
        messages.error(request, f"Proven broken after {look.n:,} new rows: the model is taken down everywhere.")
    else:
        messages.success(request, f"Looked at {look.n:,} new rows so far: no constraint is proven broken.")
