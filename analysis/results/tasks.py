"""What the worker does for this room."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from analysis.results.services.folding import fold_one, notice_new, waiting_to_fold

FOLD_EVERY = 5.0


@shared_task(name="analysis.results.tasks.fold_tallies")
def fold_tallies() -> int:
    """Send each experiment with something new to a worker: what fails in one keeps no other waiting."""
    notice_new()
    waiting = waiting_to_fold()
    for pk in waiting:
        fold_tally.apply_async((pk,), expires=FOLD_EVERY)
    return len(waiting)


@shared_task(name="analysis.results.tasks.fold_tally")
def fold_tally(experiment_id: int) -> int:
    """Count what is new. Twice, or two at once, counts each value once."""
    return fold_one(experiment_id, now=timezone.now())
