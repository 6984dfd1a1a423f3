"""All batches that somebody may see, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from analysis.runs.models import Batch, Run, Status
from analysis.runs.models.status import OVER
from analysis.runs.views.doors import page

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST = 200


@require_GET
@login_required
def batches(request: HttpRequest) -> HttpResponse:
    """How far each is."""
    rows = Batch.objects.visible_to(cast("User", request.user)).select_related("experiment__study")
    found = list(rows.order_by("-created_at", "-pk")[:MOST])
    runs = Run.objects.filter(batch__in=found).order_by().values_list("batch")
    over, failed = Q(status__in=OVER), Q(status=Status.FAILED)
    counts = {
        batch: (n, n_over, n_failed)
        for batch, n, n_over, n_failed in runs.annotate(
            n=Count("pk"), n_over=Count("pk", filter=over), n_failed=Count("pk", filter=failed)
        )
    }
    lines = [_line(batch, *counts.get(batch.pk, (0, 0, 0))) for batch in found]
    return page(request, "runs/batches.html", "Batches of runs", {"batches": lines, "most": MOST})


@dataclass(frozen=True, slots=True)
class Line:
    """A batch and how far it is. percent: of its runs that are over."""

    batch: Batch
    n_runs: int
    n_over: int
    n_failed: int
    percent: int


def _line(batch: Batch, n: int, n_over: int, n_failed: int) -> Line:
    return Line(batch, n, n_over, n_failed, 100 * n_over // n if n else 0)
