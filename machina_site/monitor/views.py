"""The monitor: a page, and the part of it that comes anew when the diary has grown."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from experiments.access import Right
from experiments.admin.buttons import offered
from experiments.console.rights import has_right
from experiments.models import Experiment
from experiments.reads import Diary, diary_of
from machina_site.monitor import pacing
from machina_site.monitor.presenting import shown
from machina_site.monitor.reading import read_numbers

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ON_MONITOR = ("start", "rehearse", "pause", "complete")


def visible_experiment(request: HttpRequest, slug: str) -> Experiment:
    """Of a study the user belongs to; of any other there is nothing to see, not even that it exists."""
    experiments = Experiment.objects.visible_to(cast("User", request.user)).select_related("study", "version")
    return get_object_or_404(experiments, slug=slug)


@require_GET
def monitor(request: HttpRequest, slug: str) -> HttpResponse:
    """The page."""
    experiment = visible_experiment(request, slug)
    is_rehearsal = _wants_rehearsal(request, experiment)
    diary = diary_of(experiment)
    context = {
        **admin.site.each_context(request),
        **_live_context(experiment, diary, is_rehearsal=is_rehearsal),
        "title": experiment.title,
        "buttons": [
            button
            for button in offered(experiment, has_changes=False)
            if button.name in ON_MONITOR and has_right(request, button.right, experiment.study_id)
        ],
        "may_download": has_right(request, Right.DOWNLOAD, experiment.study_id),
        "participant_link": settings.PUBLIC_URL + reverse("participants:enter", args=[experiment.slug]),
    }
    response = render(request, "machina/monitor.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def monitor_live(request: HttpRequest, slug: str) -> HttpResponse:
    """204 while the diary stands where the page last saw it; the figures again when it has grown.

    Of a large experiment, whose figures take long, they come less often: watching must not slow down taking part.

    The mark covers the last few hundred ids, so an event that committed late, under a lower id, is noticed too.
    """
    experiment = visible_experiment(request, slug)
    is_rehearsal = _wants_rehearsal(request, experiment)
    diary = diary_of(experiment)
    tag = f'"{diary.mark}-{int(is_rehearsal)}"'
    if request.GET.get("after") == diary.mark or request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=204, headers={"ETag": tag})
    if "after" in request.GET and pacing.is_resting(experiment.pk, request.user.pk):
        return HttpResponse(status=204)
    started = time.monotonic()
    context = _live_context(experiment, diary, is_rehearsal=is_rehearsal)
    pacing.rest(experiment.pk, request.user.pk, cost=time.monotonic() - started)
    response = render(request, "machina/monitor_live.html", context)
    response["ETag"] = tag
    response["Cache-Control"] = "no-store"
    return response


def _live_context(experiment: Experiment, diary: Diary, *, is_rehearsal: bool) -> dict[str, object]:
    numbers = read_numbers(experiment, diary, is_rehearsal=is_rehearsal, now=timezone.now())
    return {
        "experiment": experiment,
        "is_rehearsal": is_rehearsal,
        "mark": diary.mark,
        "m": shown(experiment, numbers),
    }


def _wants_rehearsal(request: HttpRequest, experiment: Experiment) -> bool:
    """What was asked for, else what is being collected now."""
    asked = request.GET.get("rehearsal")
    return asked == "1" if asked in ("0", "1") else experiment.is_rehearsal
