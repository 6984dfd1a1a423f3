"""Where a batch or a run stands."""

from django.db import models


class Status(models.TextChoices):
    """The same words for both. A batch is failed when all of its runs are over and one of them failed."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


OVER = (Status.COMPLETED, Status.FAILED, Status.CANCELLED)
"""Nothing more happens by itself."""
