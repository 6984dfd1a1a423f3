"""The page. It looks and computes; nothing is stored."""

from __future__ import annotations

from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from experiments.access import Right
from experiments.console.rights import has_right
from experiments.models import Experiment
from machina_site.monitor.views import visible_experiment
from participants.choosing_reads import BlockSeen, blocks_seen
from participants.models import Session


@require_GET
def stimuli(request: HttpRequest, slug: str) -> HttpResponse:
    """Every block: what was shown how often, what is believed of each participant; one of them with their curve."""
    experiment = visible_experiment(request, slug)
    if not has_right(request, Right.DOWNLOAD, experiment.study_id):
        raise PermissionDenied("Single participants are seen by those who may download the data.")
    rehearsal = request.GET.get("rehearsal", "1" if experiment.is_rehearsal else "0") == "1"
    blocks = blocks_seen(experiment, rehearsal=rehearsal)
    session = _session(request, experiment)
    context = {
        **admin.site.each_context(request),
        "title": f"Stimuli of {experiment.title}",
        "experiment": experiment,
        "is_rehearsal": rehearsal,
        "blocks": [_told(block) for block in blocks],
        "seen": _seen(session, blocks) if session else (),
        "session": session,
    }
    response = render(request, "machina/stimuli.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _session(request: HttpRequest, experiment: Experiment) -> Session | None:
    """The one asked for. 404 if it is of another experiment, or no id at all."""
    asked = request.GET.get("session", "")
    if not asked:
        return None
    try:
        found = Session.objects.select_related("assignment__arm").get(uuid=UUID(asked), experiment=experiment)
    except (ValueError, Session.DoesNotExist) as error:
        raise Http404("There is no such session in this experiment.") from error
    return found


def _told(block: BlockSeen) -> dict[str, object]:
    from machina_site.stimuli.drawing import bars  # NumPy: only when somebody looks

    names = block.parameters[:4]
    rows = [(passage, [passage.estimates.get(name) for name in names]) for passage in block.passages]
    return {"block": block, "names": names, "rows": rows, "picture": mark_safe(bars(block))}  # noqa: S308 (escaped there)


def _seen(session: Session, blocks: tuple[BlockSeen, ...]) -> list[dict[str, object]]:
    from machina_site.stimuli.drawing import pictures_of

    return [
        {"name": each.name, "sentence": each.sentence, "pictures": [mark_safe(one) for one in each.pictures]}  # noqa: S308
        for each in pictures_of(session, [block.name for block in blocks])
    ]
