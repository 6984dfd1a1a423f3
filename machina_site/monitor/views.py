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

from bandits.learning import learns
from bandits.panel_reads import panel_of, summed_at
from experiments.access import Right
from experiments.admin.buttons import offered
from experiments.console.rights import has_right
from experiments.console.stage import wants_rehearsal
from experiments.models import Experiment, UnitKind
from experiments.published import blueprint_of
from experiments.reads import Diary, diary_of
from machina_site.monitor import pacing
from machina_site.monitor.learning import learning_page
from machina_site.monitor.presenting import shown
from machina_site.monitor.reading import read_numbers
from machina_site.monitor.wording import diary_lines

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ON_MONITOR = ("start", "rehearse", "pause", "complete")
LONGEST_KEY = 200


def visible_experiment(request: HttpRequest, slug: str) -> Experiment:
    """Of a study the user belongs to; of any other there is nothing to see, not even that it exists."""
    experiments = Experiment.objects.visible_to(cast("User", request.user)).select_related("study", "version")
    return get_object_or_404(experiments, slug=slug)


@require_GET
def monitor(request: HttpRequest, slug: str) -> HttpResponse:
    """The page."""
    experiment = visible_experiment(request, slug)
    is_rehearsal = wants_rehearsal(request, experiment)
    diary = diary_of(experiment)
    context = {
        **admin.site.each_context(request),
        **_live_context(request, experiment, _mark(experiment, diary, is_rehearsal=is_rehearsal), diary),
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
    is_rehearsal = wants_rehearsal(request, experiment)
    diary = diary_of(experiment)
    mark = _mark(experiment, diary, is_rehearsal=is_rehearsal)
    tag = f'"{mark}-{int(is_rehearsal)}"'
    if request.GET.get("after") == mark or request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=204, headers={"ETag": tag})
    if "after" in request.GET and pacing.is_resting(experiment.pk, request.user.pk):
        return HttpResponse(status=204)
    started = time.monotonic()
    context = _live_context(request, experiment, mark, diary)
    pacing.rest(experiment.pk, request.user.pk, cost=time.monotonic() - started)
    response = render(request, "machina/monitor_live.html", context)
    response["ETag"] = tag
    response["Cache-Control"] = "no-store"
    return response


def _live_context(request: HttpRequest, experiment: Experiment, mark: str, diary: Diary) -> dict[str, object]:
    """Figures of the places, of what was learnt, or of both where participants get their arms from what was learnt."""
    is_rehearsal, now = wants_rehearsal(request, experiment), timezone.now()
    context: dict[str, object] = {"experiment": experiment, "is_rehearsal": is_rehearsal, "mark": mark}
    if is_learner(experiment):
        segment = request.GET.get("segment", "")[:LONGEST_KEY]
        panel = panel_of(experiment, is_rehearsal=is_rehearsal, now=now, segment=segment)
        context |= {
            "is_learner": True,
            "learnt": learning_page(panel, now=now) if panel and panel.decisions + panel.newer else None,
            "diary": diary_lines(diary.events),
            "may_see_contexts": has_right(request, Right.DOWNLOAD, experiment.study_id),
        }
    if experiment.unit_kind == UnitKind.PARTICIPANT or not is_learner(experiment):
        numbers = read_numbers(experiment, diary, is_rehearsal=is_rehearsal, now=now)
        context["m"] = shown(experiment, numbers)
    return context


def is_learner(experiment: Experiment) -> bool:
    """Whether its policy is an adaptive one: in force, or on the desk while nothing is published."""
    version_id = experiment.version_id
    return version_id is not None and learns(blueprint_of(version_id).allocation)


def _mark(experiment: Experiment, diary: Diary, *, is_rehearsal: bool) -> str:
    """What has to change before the figures do: the diary, or the sums of what was learnt."""
    if not is_learner(experiment):
        return diary.mark
    summed = summed_at(experiment, is_rehearsal=is_rehearsal)
    return f"{diary.mark}.{summed.timestamp():.3f}" if summed else diary.mark
