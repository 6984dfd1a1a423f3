"""The site's own periodic task."""

from celery import shared_task

from machina_site import heartbeat


@shared_task(name="machina_site.tasks.beat_heartbeat")
def beat_heartbeat() -> None:
    """Beat sent it and a worker ran it: both live."""
    heartbeat.record()
