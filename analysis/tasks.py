"""What the worker does for this room."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from analysis.services import exporting


@shared_task(name="analysis.tasks.write_export")
def write_export(pk: int) -> bool:
    """Write one export's file."""
    return exporting.write_export(pk)


@shared_task(name="analysis.tasks.sweep_exports")
def sweep_exports() -> int:
    """Put away the old, and hand out what was left behind."""
    left_behind = exporting.sweep_exports(now=timezone.now())
    for pk in left_behind:
        write_export.delay(pk)
    return len(left_behind)
