"""One participant's passage through one experiment."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from experiments.models import Assignment, ConsentDocument, Experiment, Unit, Version
from experiments.types import Json
from participants.models.participant import Participant
from participants.querysets import SessionQuerySet


class Session(models.Model):
    """The server's memory of where somebody is. Never Django's session.

    position: index into the timeline of (version, arm, seed, row). nonce: of the page that may be answered now.
    shown_at: when the server turned to that page. seen_at: last sign of life. answers: last value by component name.
    came_by: the kind of arrival that brought them (participants.arrivals); empty for a plain link.
    """

    class Status(models.TextChoices):
        INVITED = "invited", "Invited"
        CONSENTED = "consented", "Consented"
        ASSIGNED = "assigned", "Assigned"
        ACTIVE = "active", "Active"
        COMPLETED = "completed", "Completed"
        TIMED_OUT = "timed_out", "Timed out"
        RETURNED = "returned", "Returned"
        SCREENED_OUT = "screened_out", "Screened out"
        WITHDRAWN = "withdrawn", "Withdrawn"

    UNDER_WAY = (Status.CONSENTED, Status.ASSIGNED, Status.ACTIVE)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="sessions")
    experiment = models.ForeignKey(Experiment, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="+")
    assignment = models.OneToOneField(Assignment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    entry_key = models.CharField(
        max_length=64, unique=True, help_text="Of the consent page: sending it twice enters once."
    )
    came_by = models.CharField(max_length=30, blank=True, default="", editable=False)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.INVITED)
    stage = models.CharField(max_length=10, default="screening")
    position = models.PositiveIntegerField(default=0)
    attempt = models.PositiveIntegerField(default=0)
    rounds = models.PositiveIntegerField(default=0)
    nonce = models.CharField(max_length=32)
    seed = models.BigIntegerField()
    language = models.CharField(max_length=20, default="en")
    answers: models.JSONField[Json, Json] = models.JSONField(default=dict)
    checks_failed = models.PositiveIntegerField(default=0)
    ended_because = models.CharField(max_length=200, blank=True)
    is_rehearsal = models.BooleanField(default=False)
    entered_at = models.DateTimeField()
    shown_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Session]] = SessionQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("participant", "experiment", "is_rehearsal"), name="one_session_per_participant_and_experiment"
            ),
            models.CheckConstraint(
                condition=models.Q(status="completed", ended_at__isnull=False) | ~models.Q(status="completed"),
                name="completed_session_has_an_end",
            ),
        )
        indexes = (
            models.Index(fields=("experiment", "is_rehearsal", "status"), name="session_by_status"),
            models.Index(
                fields=("seen_at",),
                condition=models.Q(status__in=("consented", "assigned", "active")),
                name="session_seen",
            ),
        )

    def __str__(self) -> str:
        return f"session {self.uuid.hex[:8]}"

    @property
    def is_under_way(self) -> bool:
        """Whether pages can be answered."""
        return self.status in self.UNDER_WAY


class Consent(models.Model):
    """Who agreed (or not) to which text, and when."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="consents")
    document = models.ForeignKey(ConsentDocument, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("session", "document"), name="one_consent_per_session_and_document"),
        )

    def __str__(self) -> str:
        return f"{self.session} agreed to {self.document}"
