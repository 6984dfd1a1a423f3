"""What the worker does by itself."""

from celery import shared_task
from django.utils import timezone

from participants.services.sweeping import sweep


@shared_task(name="participants.tasks.sweep_sessions")
def sweep_sessions() -> int:
    """Time out the silent and reopen their places."""
    return sweep(now=timezone.now())
