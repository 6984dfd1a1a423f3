"""What was decided about people's work: by whom or by which rule, why, and what it cost. Never changed afterwards."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from crowd.models.campaign import Campaign
from crowd.models.submission import Submission
from crowd.reviewing.words import Decision


class Review(models.Model):
    """A confirmed plan of one decision about some submissions.

    reason: why, for ourselves. message: what the people are told. total: with fees, as it was confirmed. sha256: of the
    plan that was looked at. by: who confirmed it; nobody for a rule. rule: its name, if it was one.
    category: the platform's kind of rejection, where it has some.
    second_by: who looked at it again, or took it back, where rejections need two people.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Waits for a second person"
        DONE = "done", "Decided"
        WITHDRAWN = "withdrawn", "Taken back"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="reviews")
    decision = models.CharField(max_length=12, choices=[(each, each.title()) for each in Decision])
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DONE)
    reason = models.CharField(max_length=1000, blank=True)
    message = models.CharField(max_length=1000, blank=True)
    category = models.CharField(max_length=40, blank=True)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    sha256 = models.CharField(max_length=64)
    rule = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    second_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Review]] = models.Manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(second_by__isnull=True) | ~models.Q(second_by=models.F("by")),
                name="review_second_is_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_decision_display()} {self.uuid.hex[:8]}"


class ReviewLine(models.Model):
    """One submission of a review. before: what was desired of it till then. amount: what it costs, with the fee.

    until: a rejection can be taken back till then; empty where it cannot.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="lines")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="review_lines")
    before = models.CharField(max_length=10)
    was_used = models.BooleanField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    because = models.CharField(max_length=500, blank=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("review", "submission"), name="reviewed_once_in_a_plan"),)

    def __str__(self) -> str:
        return f"{self.review}: {self.submission}"
