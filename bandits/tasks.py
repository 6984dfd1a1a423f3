"""What the worker does for this room."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from bandits.services.asking import reopen_lapsed


@shared_task(name="bandits.tasks.reopen_lapsed_places")
def reopen_lapsed_places() -> int:
    """Reopen the places of programs' units that gave no sign for a lease."""
    return reopen_lapsed(now=timezone.now())
