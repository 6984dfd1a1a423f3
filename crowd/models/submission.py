"""One claim of one person to one place of a posting (MTurk: assignment, Prolific: submission)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from crowd.models.posting import Posting
from crowd.models.pursued import Pursued
from crowd.querysets import SubmissionQuerySet
from crowd.reconcile.words import SubmissionSight, SubmissionWish
from participants.models import Participant, Session


class Submission(Pursued):
    """external_id: the platform's. The same one may come with another person, who then has a row of their own.

    session: what they did here; a person's next claim may lead on to the same one. outcome: how it ended for them.
    done_at: done here. submitted_at: submitted there. decided_at: the platform approved or rejected. Three columns,
    never one; whether they are paid is what their obligations say.
    code: the completion code that came with it, as the platform tells it; code_standing: whose it is.
    """

    class Outcome(models.TextChoices):
        OPEN = "", "Not over"
        COMPLETED = "completed", "Completed"
        NO_CONSENT = "no_consent", "No consent"
        SCREENED_OUT = "screened_out", "Screened out"
        FAILED_CHECK = "failed_check", "Failed a check"
        QUOTA_FULL = "quota_full", "No place left"
        TIMED_OUT = "timed_out", "Timed out"
        TECHNICAL_FAILURE = "technical_failure", "Technical failure"
        RETURNED = "returned", "Returned"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class CodeStanding(models.TextChoices):
        NONE = "", "None came, or nobody looked"
        OWN = "own", "Their own"
        ANOTHERS = "anothers", "Given to somebody else"
        STRANGE = "strange", "None of ours"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="submissions")
    external_id = models.CharField(max_length=64)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    desired = models.CharField(
        max_length=10, choices=[(w, w.title()) for w in SubmissionWish], default=SubmissionWish.UNDECIDED
    )
    observed = models.CharField(
        max_length=16, choices=[(w, w.title()) for w in SubmissionSight], default=SubmissionSight.UNSEEN
    )
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.OPEN, blank=True)
    is_used = models.BooleanField(default=True, help_text="A soft reject is paid, and not used.")
    reason = models.CharField(max_length=1000, blank=True, help_text="Of the decision, as the person is told.")
    category = models.CharField(max_length=40, blank=True, help_text="The platform's kind of rejection.")
    code = models.CharField(max_length=40, blank=True)
    code_standing = models.CharField(max_length=8, choices=CodeStanding.choices, blank=True, editable=False)
    accepted_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decide_before = models.DateTimeField(null=True, blank=True, help_text="Then the platform approves by itself.")

    objects: ClassVar[models.Manager[Submission]] = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("posting", "external_id", "participant"), name="one_claim_of_one_person"),
        )
        indexes = (
            models.Index(fields=("external_id",), name="submission_external_id"),
            models.Index(
                fields=("desired", "observed"),
                condition=~models.Q(desired="undecided"),
                name="submission_decided",
            ),
        )

    def __str__(self) -> str:
        return f"submission {self.uuid.hex[:8]}"

    @property
    def asked(self) -> str:
        """What was decided."""
        return self.desired
