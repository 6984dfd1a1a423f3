"""What was shown and answered, and what the browser noticed meanwhile."""

from __future__ import annotations

from django.db import models

from experiments.types import Json
from participants.models.session import Session


class Trial(models.Model):
    """One page that was shown to one session and left. nonce: of that page; a second post with it changes nothing.

    stimulus: {"case": id, "within": {factor: level}}. checks: {component: passed}. client: {"shown", "first_action",
    "answered"} by the browser's clock, in ms since the page was shown. duration_ms: by the server's clock.
    """

    class Outcome(models.TextChoices):
        ANSWERED = "answered", "Answered"
        FAILED = "failed", "Check failed, tried again"
        TIMED_OUT = "timed_out", "Timed out"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="trials")
    index = models.PositiveIntegerField(help_text="Position in the timeline.")
    step = models.CharField(max_length=60)
    attempt = models.PositiveIntegerField(default=0)
    stimulus: models.JSONField[Json, Json] = models.JSONField(default=dict)
    nonce = models.CharField(max_length=32)
    shown_at = models.DateTimeField()
    answered_at = models.DateTimeField()
    answer: models.JSONField[Json, Json] = models.JSONField(default=dict)
    checks: models.JSONField[Json, Json] = models.JSONField(default=dict)
    client: models.JSONField[Json, Json] = models.JSONField(default=dict)
    duration_ms = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.ANSWERED)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("session", "nonce"), name="each_page_is_answered_once"),)

    def __str__(self) -> str:
        return f"{self.session}, page {self.index}: {self.step}"


class Interaction(models.Model):
    """One line of a browser's outbox. seq: the browser's own count, so that sending it twice keeps it once."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="interactions")
    seq = models.PositiveIntegerField()
    index = models.PositiveIntegerField(
        null=True, blank=True, help_text="Position in the timeline, as the browser knew it."
    )
    kind = models.CharField(max_length=40)
    at_ms = models.FloatField(help_text="Milliseconds since the page was shown.")
    payload: models.JSONField[Json, Json] = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("session", "seq")
        constraints = (models.UniqueConstraint(fields=("session", "seq"), name="each_interaction_once"),)

    def __str__(self) -> str:
        return f"{self.session} #{self.seq}: {self.kind}"
