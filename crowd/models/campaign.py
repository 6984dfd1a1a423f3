"""Recruitment for one experiment through one account."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from crowd.models.account import Account
from crowd.querysets import CampaignQuerySet
from experiments.models import Experiment
from experiments.types import Json


class Campaign(models.Model):
    """terms: what people are offered (crowd.terms.Terms). plan: what was shown and confirmed before money was spent.

    goal: how many completes are wanted; rounds are posted until there are so many. places: how many may be taken for
    that over all rounds, as confirmed. plan_sha256: of the confirmed plan.
    review_rule: whether work is approved by rule, if somebody said so after it was published; else the terms say.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        CLOSED = "closed", "Closed"  # nobody new; submissions are still reviewed and paid
        SETTLED = "settled", "Settled"  # everything is reviewed, paid and cleaned up

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    experiment = models.ForeignKey(Experiment, on_delete=models.PROTECT, related_name="campaigns")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="campaigns")
    title = models.CharField(max_length=128)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    terms: models.JSONField[Json, Json] = models.JSONField(default=dict)
    goal = models.PositiveIntegerField()
    places = models.PositiveIntegerField(default=0, editable=False)
    plan: models.JSONField[Json, Json] = models.JSONField(null=True, blank=True, editable=False)
    plan_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    next_round_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_because = models.CharField(max_length=200, blank=True, editable=False)
    review_rule = models.CharField(max_length=3, blank=True, choices=(("on", "On"), ("off", "Off")), editable=False)

    objects: ClassVar[models.Manager[Campaign]] = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(condition=models.Q(goal__gte=1), name="campaign_goal"),
            models.CheckConstraint(
                condition=models.Q(status="draft") | models.Q(confirmed_at__isnull=False),
                name="campaign_confirmed_before_it_runs",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def approves_by_rule(self) -> bool:
        """Whether a person wants work approved by rule that completed and passed its checks."""
        says = self.terms.get("auto_approve") if isinstance(self.terms, dict) else False
        return self.review_rule == "on" if self.review_rule else bool(says)
