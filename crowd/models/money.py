"""What a study may spend, what it owes, and how that is paid. Amounts in the study's currency, never a float."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from crowd.models.campaign import Campaign
from crowd.models.pursued import Pursued
from crowd.models.submission import Submission
from crowd.querysets import ObligationQuerySet, PaymentQuerySet
from crowd.reconcile.words import PaymentState
from experiments.models import Study
from participants.models import Participant


class Budget(models.Model):
    """Locked by whoever reserves or spends. reserved + spent never exceeds limit: the database says so."""

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="crowd_budget")
    limit = models.DecimalField(max_digits=12, decimal_places=2)
    reserved = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    spent = models.DecimalField(max_digits=12, decimal_places=2, default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(reserved__gte=0, spent__gte=0), name="budget_not_negative"),
            models.CheckConstraint(
                condition=models.Q(limit__gte=models.F("reserved") + models.F("spent")), name="budget_never_exceeded"
            ),
        )

    def __str__(self) -> str:
        return f"budget of {self.study}"


class BudgetEntry(models.Model):
    """One line of the account book; never changed. key: what it was for, so that saying it twice books it once.

    hold: out of which money, or into which: "posting:…", "submission:…", "payment:…". What a hold has is the sum of its
    lines.
    """

    class Kind(models.TextChoices):
        LIMIT = "limit", "Limit set"
        RESERVE = "reserve", "Reserved"
        RELEASE = "release", "Released"
        SPEND = "spend", "Spent"

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="entries")
    key = models.CharField(max_length=160)
    hold = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    fee = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "budget entries"
        indexes = (models.Index(fields=("budget", "hold"), name="budget_entry_of_hold"),)
        constraints = (models.UniqueConstraint(fields=("budget", "kind", "key"), name="budget_entry_once"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"


class Obligation(models.Model):
    """Money we owe one person for one thing. (campaign, participant, kind, number) is its key: it is owed once.

    submission: through which it is paid; a compensation may wait for one. reason: as the person is told.
    """

    class Kind(models.TextChoices):
        BASE = "base", "Base pay"
        BONUS = "bonus", "Bonus"
        PARTIAL = "partial", "Part of the pay"
        SCREEN_OUT = "screen_out", "Screened out"
        COMPENSATION = "compensation", "Compensation"
        TOP_UP = "top_up", "Top-up to fair pay"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="obligations")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, null=True, blank=True, related_name="obligations"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    number = models.PositiveIntegerField(default=1)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Obligation]] = ObligationQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("campaign", "participant", "kind", "number"), name="owed_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="obligation_amount"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"


class Payment(Pursued):
    """How an obligation is paid. token: hash of the obligation's key; the platform counts it once, however often sent.

    reference: a short id that stands in the reason the person reads, by which a lost answer is looked up.
    elsewhere: how it was paid by hand; "" if through the platform. approved_by then says who did.
    sent_at: committed before the call. A platform's own approval pays the base: its row is confirmed when seen.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    obligation = models.OneToOneField(Obligation, on_delete=models.PROTECT, related_name="payment")
    token = models.CharField(max_length=64, unique=True)
    reference = models.CharField(max_length=16, unique=True)
    state = models.CharField(
        max_length=10, choices=[(s, s.title()) for s in PaymentState], default=PaymentState.PLANNED
    )
    fee = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    external_id = models.CharField(max_length=64, blank=True)
    elsewhere = models.CharField(max_length=200, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Payment]] = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state__in=("sending", "unknown", "confirmed")) | models.Q(sent_at__isnull=False),
                name="payment_sent_has_a_time",
            ),
        )
        indexes = (
            models.Index(
                fields=("state", "retry_at"),
                condition=models.Q(state__in=("approved", "sending", "unknown")),
                name="payment_to_do",
            ),
        )

    def __str__(self) -> str:
        return f"payment {self.uuid.hex[:8]}"


class LedgerCheck(models.Model):
    """A comparison of a campaign's bonuses with what the platform shows. strange: shown, and not ours. missing: ours,
    confirmed, and not shown. trouble: why it could not be finished; then the figures are of no use and are 0.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="ledger_checks")
    at = models.DateTimeField()
    shown = models.PositiveIntegerField(default=0)
    shown_amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    strange = models.PositiveIntegerField(default=0)
    strange_amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    missing = models.PositiveIntegerField(default=0)
    missing_amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    trouble = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"comparison of {self.campaign}"
