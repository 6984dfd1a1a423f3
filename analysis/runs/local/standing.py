"""Where a batch stands, in one look at the database."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count

from analysis.learning.progress import Standing
from analysis.runs.models import Batch, Run, Status


def standing_of(batch: Batch) -> Standing:
    """Counts of runs. Cancelled ones, and what the document asks for no more, are left out: nobody waits for them."""
    runs = Run.objects.filter(batch=batch, is_wanted=True).order_by()
    counts = dict(runs.values_list("status").annotate(n=Count("pk")))
    running = counts.get(Status.RUNNING, 0)
    return Standing(
        total=sum(counts.values()) - counts.get(Status.CANCELLED, 0),
        done=counts.get(Status.COMPLETED, 0),
        failed=counts.get(Status.FAILED, 0),
        running=running,
        under_way=_under_way(batch) if running else 0.0,
    )


def _under_way(batch: Batch) -> float:
    """The sum of what running runs have done."""
    running = Run.objects.filter(batch=batch, status=Status.RUNNING).order_by()
    return sum(
        share_of(epoch, epochs, where) for epoch, epochs, where in running.values_list("epoch", "epochs", "progress")
    )


def share_of(epoch: int, epochs: int, progress: object) -> float:
    """From 0 to 1, of one run: whole epochs, or the steps of a function that has only one."""
    step, steps = _numbers(progress)
    within = min(1.0, step / steps) if steps else 0.0
    return within if epochs <= 1 else min(1.0, epoch / epochs)


def _numbers(progress: object) -> tuple[int, int]:
    if not isinstance(progress, Mapping):
        return 0, 0
    step, steps = progress.get("step"), progress.get("steps")
    return (step, steps) if isinstance(step, int) and isinstance(steps, int) else (0, 0)
