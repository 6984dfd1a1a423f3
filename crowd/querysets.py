"""Reads, as chainable questions to the tables."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat

from crowd.leases import PURSUED
from crowd.paying.rules import SLOTS
from crowd.platforms import NOT_READ
from crowd.reconcile.submissions import Pairs, apart_pairs, open_pairs

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from crowd.models import (  # noqa: F401 (named in quotes below)
        Account,
        Campaign,
        ExclusionMember,
        ExclusionSet,
        Obligation,
        Payment,
        Posting,
        Submission,
    )


def _ready(now: datetime) -> Q:
    """Nobody is at it, and its time has come."""
    return PURSUED.is_free(now) & (Q(retry_at__isnull=True) | Q(retry_at__lte=now))


def _any(pairs: Pairs) -> Q:
    return reduce(or_, (Q(desired=wish, observed__in=sights) for wish, sights in pairs.items()))


_AS_WANTED = (
    Q(desired="draft")
    | Q(desired="gone", observed__in=("gone", "absent"))
    | Q(desired="closed", observed__in=("closed", "gone", "absent"))
    | Q(desired="paused", observed__in=("paused", "closed"))
    | Q(desired="open", observed__in=("open", "taken"), desired_places__lte=F("observed_places"))
    | Q(external_id="", tried_at__isnull=True, desired__in=("paused", "closed", "gone"))
)
"""Postings about which there is nothing to do; of the others crowd.reconcile says."""


PAYABLE = ("submitted", "approved", "partly_approved", "rejected")
"""Sights of work that every platform lets us pay something for."""
GIVEN_BACK = ("returned", "timed_out", "screened_out")
PAYS_GIVEN_BACK = ("prolific",)
"""Platforms that pass a bonus on for a place that was given back, too."""


def payable(path: str = "") -> models.Q:
    """Work that its platform lets us pay something for. path: from the rows to the submission."""
    names = [f"{path}__{name}" if path else name for name in ("observed", "posting__campaign__account__platform")]
    back = {f"{names[0]}__in": GIVEN_BACK, f"{names[1]}__in": PAYS_GIVEN_BACK}
    return models.Q(**{f"{names[0]}__in": PAYABLE}) | models.Q(**back)


def paid_there(path: str = "obligation__") -> models.Q:
    """A screen-out that the platform pays by itself: of who holds the place, just handed in, or was paid by then.

    path: from the rows to the obligation, as it begins the names of its columns.
    """
    claim, terms = f"{path}submission__observed__in", f"{path}campaign__terms__platform__has_key"
    mine = models.Q(**{f"{path}kind": "screen_out", terms: SLOTS})
    return mine & models.Q(**{claim: ("unseen", "active", "submitted", "screened_out")})


def wayless() -> models.Q:
    """Of payments: no work of theirs can be paid through, and none is under way."""
    claim = "obligation__submission"
    going = models.Q(**{f"{claim}__observed__in": ("unseen", "active"), f"{claim}__done_at": None})
    return ~payable(claim) & ~(going & models.Q(**{f"{claim}__isnull": False}))


def by_hand(path: str) -> models.Q:
    """What is paid by hand alone. path: from the rows to the campaign."""
    return models.Q(**{f"{path}__account__platform__in": NOT_READ})


class AccountQuerySet(models.QuerySet["Account"]):
    """Accounts."""

    def visible_to(self, user: User | AnonymousUser) -> AccountQuerySet:
        """Those through which a study of the user's may spend; every one for a superuser."""
        if user.is_active and user.is_superuser:
            return self
        if user.pk is None or not user.is_active:
            return self.none()
        return self.filter(studies__memberships__user_id=user.pk).distinct()


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

    def apart(self) -> PostingQuerySet:
        """Those that may not be as they are wanted, whoever is to do something about it."""
        return self.exclude(_AS_WANTED)

    def to_do(self, now: datetime) -> PostingQuerySet:
        """Those that may not be as they are wanted, and of which the platform did not say no for good."""
        asked = Concat("desired", Value("/"), Cast("desired_places", CharField()), output_field=CharField())
        stops = Q(campaign__account__reads_on=True, desired__in=("paused", "closed", "gone"))
        rests = Q(campaign__account__rests_until__gt=now) & ~stops
        rows = self.ready(now).apart().exclude(rests)
        return rows.annotate(asked_now=asked).exclude(refused=F("asked_now"))

    def to_look_at(self, now: datetime) -> PostingQuerySet:
        """Those whose submissions are to be read."""
        return self.known().filter(look_at__lte=now)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Submissions."""

    def ready(self, now: datetime) -> SubmissionQuerySet:
        """Those that nobody is at, and whose time has come."""
        return self.filter(_ready(now))

    def apart(self) -> SubmissionQuerySet:
        """Those that are decided and not so, whoever is to do something about it."""
        return self.filter(_any(apart_pairs()))

    def to_do(self, now: datetime) -> SubmissionQuerySet:
        """Those that are decided and not so yet, and of which the platform did not say no for good."""
        rests = Q(posting__campaign__account__rests_until__gt=now)
        return (
            self.ready(now)
            .filter(_any(open_pairs()))
            .exclude(rests)
            .exclude(refused=F("desired"))
            .exclude(told=F("desired"))
        )

    def decided(self) -> SubmissionQuerySet:
        """Those of which a person or a rule said what is to become of them."""
        return self.exclude(desired="undecided")

    def done_here_not_there(self) -> SubmissionQuerySet:
        """Completed with us, and never handed over."""
        return self.filter(done_at__isnull=False, submitted_at__isnull=True)


class ExclusionSetQuerySet(models.QuerySet["ExclusionSet"]):
    """Lists of people at a platform."""

    def ready(self, now: datetime) -> ExclusionSetQuerySet:
        """Those that nobody is at, and whose time has come."""
        return self.filter(_ready(now))


class ExclusionMemberQuerySet(models.QuerySet["ExclusionMember"]):
    """People on such lists."""

    def ready(self, now: datetime) -> ExclusionMemberQuerySet:
        """Those that nobody is at, and whose time has come."""
        return self.filter(_ready(now))

    def to_push(self) -> ExclusionMemberQuerySet:
        """Who is to be on a list and is not, or the other way round; without those that were refused for good."""
        on, off = Q(desired=True, refused="on"), Q(desired=False, refused="off")
        return self.exclude(desired=F("observed")).exclude(on).exclude(off)


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

    def to_send(self, now: datetime) -> PaymentQuerySet:
        """Those of them that can go now: the platform knows the work they are for, and the account answers.

        The base is never among them: approving the work pays it. Nor is what the platform is about to pay by itself.
        """
        rests = Q(obligation__campaign__account__rests_until__gt=now)
        rows = self.to_do(now).filter(payable("obligation__submission"))
        rows = rows.exclude(paid_there() & Q(sent_at=None))
        return rows.exclude(obligation__kind="base").exclude(rests).exclude(by_hand("obligation__campaign"))

    def without_way(self) -> PaymentQuerySet:
        """Approved, never sent, and not to be sent: there is no work through which the platform would pass it on."""
        rows = self.filter(wayless(), state="approved", sent_at=None).exclude(obligation__kind="base")
        return rows.exclude(by_hand("obligation__campaign"))
