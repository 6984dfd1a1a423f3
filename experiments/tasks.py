"""What the worker does for this room."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from experiments.services.idempotency import forget_requests


@shared_task(name="experiments.tasks.forget_old_requests")
def forget_old_requests() -> int:
    """Delete idempotency keys that are older than a day."""
    return forget_requests(now=timezone.now())
