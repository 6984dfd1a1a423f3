"""The page of all that a study ever claimed."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from analysis.registered.reads import stream_of
from analysis.registered.services.streaming import open_stream
from analysis.registered.views.doors import page
from analysis.statistics.multiplicity.online import PROCEDURES
from analysis.views.doors import refused as no_page
from experiments.access import Right
from experiments.console.finding import find_study
from experiments.console.refusals import refused
from experiments.console.rights import has_right
from experiments.errors import Refusal
from experiments.models import Study


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def stream(request: HttpRequest, slug: str) -> HttpResponse:
    """The tests with their p-values, so for who may see results; the form that opens a stream, for who may edit."""
    is_sent = request.method == "POST"
    try:
        study = find_study(request, slug, Right.EDIT if is_sent else Right.DOWNLOAD)
    except Refusal as refusal:
        return no_page(request, refusal, title="Claims")
    if is_sent:
        _open(request, study)
        return HttpResponseRedirect(reverse("registered:stream", args=[slug]))
    context: dict[str, object] = {
        "study": study,
        "seen": stream_of(study),
        "procedures": {name: one.title for name, one in PROCEDURES.items()},
        "may_edit": has_right(request, Right.EDIT, study.pk),
    }
    return page(request, "registered/stream.html", f"Claims: {study.title}", context)


def _open(request: HttpRequest, study: Study) -> None:
    try:
        level = float(request.POST.get("level", "").replace(",", ".") or 0.05)
    except ValueError:
        messages.error(request, "The level is a number such as 0.05.")
        return
    try:
        row = open_stream(study, procedure=request.POST.get("procedure", ""), level=level, now=timezone.now())
        messages.success(request, f"From now on primary questions are tested in one stream ({row}).")
    except Refusal as refusal:
        refused(request, refusal)
