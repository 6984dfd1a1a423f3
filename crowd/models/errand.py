"""What a platform is asked to do with one person: write to them, block them, let them come again."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from crowd.models.campaign import Campaign
from participants.models import Participant


class Errand(models.Model):
    """One row for each person. subject, text: of a message; text alone is the reason of a block.

    key: of the words, and of how often the person was let come again: ordered twice it is there once. A message whose
    answer was lost is unknown and never sent again by itself: the person would read it twice.
    """

    class Kind(models.TextChoices):
        MESSAGE = "message", "Message"
        BLOCK = "block", "Block"
        UNBLOCK = "unblock", "Unblock"

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        SENDING = "sending", "Sending"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Unknown"
        OFF = "off", "Called off"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="errands")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(max_length=4096)
    key = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    trouble = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Errand]] = models.Manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=("participant", "key"), name="errand_once"),)
        indexes = (models.Index(fields=("state",), condition=models.Q(state="planned"), name="errand_to_run"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.uuid.hex[:8]}"
