"""What the worker does for this room."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from bandits.services.asking import reopen_lapsed
from bandits.services.folding import fold_all


@shared_task(name="bandits.tasks.reopen_lapsed_places")
def reopen_lapsed_places() -> int:
    """Reopen the places of programs' units that gave no sign for a lease."""
    return reopen_lapsed(now=timezone.now())


@shared_task(name="bandits.tasks.fold_rewards")
def fold_rewards() -> int:
    """Turn the rewards that came in into states. Twice, or two at once, folds each reward once."""
    return fold_all(now=timezone.now())
