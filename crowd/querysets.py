"""Reads, as chainable questions to the tables."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from crowd.models import Campaign, Obligation, Payment, Posting, Submission  # noqa: F401 (named in quotes below)


def _ready(now: datetime) -> Q:
    """Nobody is at it, and its time has come."""
    lease = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    return lease & (Q(retry_at__isnull=True) | Q(retry_at__lte=now))


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Campaigns."""

    def visible_to(self, user: User | AnonymousUser) -> CampaignQuerySet:
        """Those of the studies the user is a member of; every one for a superuser."""
        if user.is_active and user.is_superuser:
            return self
        if user.pk is None or not user.is_active:
            return self.none()
        return self.filter(experiment__study__memberships__user_id=user.pk)

    def running(self) -> CampaignQuerySet:
        """Those that look for people now."""
        return self.filter(status="running")


class PostingQuerySet(models.QuerySet["Posting"]):
    """Postings."""

    def known(self) -> PostingQuerySet:
        """Those that the platform has given an id."""
        return self.exclude(external_id="")

    def ready(self, now: datetime) -> PostingQuerySet:
        """Those that nobody is at, and whose time has come."""
        return self.filter(_ready(now))


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Submissions."""

    def ready(self, now: datetime) -> SubmissionQuerySet:
        """Those that nobody is at, and whose time has come."""
        return self.filter(_ready(now))

    def decided(self) -> SubmissionQuerySet:
        """Those of which a person or a rule said what is to become of them."""
        return self.exclude(desired="undecided")

    def done_here_not_there(self) -> SubmissionQuerySet:
        """Completed with us, and never handed over."""
        return self.filter(done_at__isnull=False, submitted_at__isnull=True)


class ObligationQuerySet(models.QuerySet["Obligation"]):
    """Obligations."""

    def unpaid(self) -> ObligationQuerySet:
        """Those that no confirmed payment answers, and that were not called off."""
        settled = Q(payment__state__in=("confirmed", "cancelled"))
        return self.exclude(settled)


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Payments."""

    def to_do(self, now: datetime) -> PaymentQuerySet:
        """Those to be sent or looked up, that nobody is at."""
        return self.filter(_ready(now), state__in=("approved", "sending", "unknown"))

    def of_amount(self) -> PaymentQuerySet:
        """With what they pay."""
        return self.annotate(amount=F("obligation__amount"))
