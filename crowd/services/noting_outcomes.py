"""Hear how it ended for people by reading their sessions, again and again; nothing has to call us."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, IntegerField, Q, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from crowd.errors import OwedOtherwise
from crowd.models import Submission
from crowd.paying.early import Way, way_of
from crowd.paying.rules import NAMES
from crowd.platforms import NOT_READ
from crowd.querysets import SubmissionQuerySet
from crowd.reads.campaigns import terms_of
from crowd.reads.claims import current_claim
from crowd.reads.outcomes import outcome_of, owed_to
from crowd.reconcile.words import SubmissionSight
from crowd.services.holds import give_back_claim
from crowd.services.looking import look_where_people_end
from crowd.services.obligations import debt_to, owe
from participants.models import Session

BATCH = 500
Outcome = Submission.Outcome


def note_outcomes(*, now: datetime) -> int:
    """Say of each claim whose session has ended how, what is owed for that, and whether it is done. How many."""
    found = _ended(Submission.objects.all()).exclude(_waits(now)).order_by("pk")
    rows = list(found.values_list("pk", "posting__campaign__account")[:BATCH])
    accounts = [account for pk, account in rows if note_outcome(pk, now=now)]
    if accounts:
        look_where_people_end(accounts, now=now)
    return len(accounts)


@transaction.atomic
def note_outcome(pk: int, *, now: datetime) -> bool:
    """One claim; False if there is nothing to say, or somebody holds the row. Twice says it once."""
    locked = Submission.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
    submission = _ended(locked.select_related("session", "posting__campaign__account")).filter(pk=pk).first()
    if submission is None or submission.session is None:
        return False
    current = current_claim(submission.session)
    if current is not None and current.pk != submission.pk:
        submission.outcome = Outcome.RETURNED
        submission.save(update_fields=["outcome"])
        give_back_claim(submission, at=now)
        return True
    return _end(submission, submission.session, now=now)


def _end(submission: Submission, session: Session, *, now: datetime) -> bool:
    outcome, terms = outcome_of(session), terms_of(submission.posting.campaign)
    if outcome == Outcome.TIMED_OUT and submission.observed == SubmissionSight.RETURNED:
        outcome = Outcome.RETURNED  # they said so there, and went silent here
    if outcome == submission.outcome or (outcome == Outcome.TIMED_OUT and _may_resume(submission, now)):
        return False
    amount = owed_to(session, terms)
    submission.outcome = outcome
    if submission.posting.campaign.account.platform in NOT_READ:
        return _end_here(submission, session, amount, now=now)
    if way_of(outcome, amount, terms) == Way.HAND_IN:
        submission.done_at = session.ended_at
    submission.save(update_fields=["outcome", "done_at"])
    if submission.done_at is None and not amount:
        give_back_claim(submission, at=now)
    elif submission.done_at is None:
        owe_a_part(submission, amount, now=now)
    return True


def _end_here(submission: Submission, session: Session, amount: Decimal, *, now: datetime) -> bool:
    """Nobody else is to be told, and nobody else decides: who completed has handed in, and it is taken."""
    if submission.outcome == Outcome.COMPLETED:
        submission.done_at = submission.submitted_at = submission.decided_at = session.ended_at
        submission.observed = SubmissionSight.APPROVED
    submission.save(update_fields=["outcome", "done_at", "submitted_at", "decided_at", "observed"])
    if submission.outcome != Outcome.COMPLETED and amount:
        owe_a_part(submission, amount, now=now)
    return True


def owe_a_part(submission: Submission, amount: Decimal, *, now: datetime) -> None:
    """What an early end is worth. Owed once, however often somebody ends early: the first time stands.

    A place that was given back may not be paid through; the sweep of money passes it on to other work of theirs.
    """
    reason = f"For the time you gave ({submission.get_outcome_display().lower()})."
    with suppress(OwedOtherwise):
        owe(debt_to(submission, NAMES[submission.outcome], amount, reason=reason), at=now)


def _may_resume(submission: Submission, now: datetime) -> bool:
    """Whether somebody who went silent still holds their place there."""
    allowed = timedelta(seconds=terms_of(submission.posting.campaign).assignment_seconds)
    return submission.accepted_at is not None and now < submission.accepted_at + allowed


def _waits(now: datetime) -> Q:
    """Silent, and their place is still theirs: there may be many, and they keep nobody else from being heard."""
    seconds = Cast(KeyTextTransform("assignment_seconds", "posting__campaign__terms"), IntegerField())
    allowed = ExpressionWrapper(seconds * Value(timedelta(seconds=1)), DurationField())
    theirs = Q(accepted_at__gt=Value(now, DateTimeField()) - Coalesce(allowed, timedelta()))
    silent = Submission.objects.filter(theirs, session__status=Session.Status.TIMED_OUT)
    return Q(pk__in=silent.exclude(observed=SubmissionSight.RETURNED).values("pk"))


def _ended(submissions: SubmissionQuerySet) -> SubmissionQuerySet:
    """Those that say nothing, or that somebody went silent, of a session that has ended otherwise meanwhile."""
    over = submissions.filter(session__isnull=False).exclude(session__status__in=Session.UNDER_WAY)
    silent = Q(session__status=Session.Status.TIMED_OUT)
    return over.filter(Q(outcome=Outcome.OPEN) | (Q(outcome=Outcome.TIMED_OUT) & ~silent))
