"""What the worker does for this room."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from analysis.assurance.services.recording import record_missing
from analysis.assurance.services.taking_down import sweep_unproven


@shared_task(name="analysis.assurance.tasks.look_after_tests")
def look_after_tests() -> dict[str, int]:
    """Record what a dead worker left unrecorded; take down what was published while its test was withdrawn."""
    now = timezone.now()
    return {"recorded": record_missing(now=now), "taken_down": sweep_unproven(now=now)}
