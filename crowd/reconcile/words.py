"""What we want of a platform's things, and what we last saw of them."""

from __future__ import annotations

from enum import StrEnum


class PostingWish(StrEnum):
    """What a posting is to be."""

    DRAFT = "draft"  # nothing is asked of the platform
    OPEN = "open"
    PAUSED = "paused"  # nobody new; goes on later
    CLOSED = "closed"  # nobody new, for good; who holds a place may submit
    GONE = "gone"  # removed from the platform once everything on it is reviewed


class PostingSight(StrEnum):
    """What the platform last showed of a posting, in one vocabulary for all of them."""

    UNKNOWN = "unknown"  # never read, or the answer to our call was lost
    ABSENT = "absent"  # looked for, and not there
    PENDING = "pending"  # the platform is still making or checking it
    OPEN = "open"
    TAKEN = "taken"  # every place is taken, some are not submitted
    PAUSED = "paused"
    CLOSED = "closed"  # nobody can come in any more
    GONE = "gone"


class SubmissionWish(StrEnum):
    """What a submission is to be. Nothing is decided until a person, or a rule that a person switched on, decides."""

    UNDECIDED = "undecided"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"  # we ask the person to return it
    COMPLETED = "completed"  # submitted there on their behalf, where a platform can


class SubmissionSight(StrEnum):
    """What the platform last showed of a submission."""

    UNSEEN = "unseen"  # we know of it from our own door only: platforms hide work that is not submitted
    ACTIVE = "active"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PARTLY_APPROVED = "partly_approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    TIMED_OUT = "timed_out"
    SCREENED_OUT = "screened_out"


class PaymentState(StrEnum):
    """planned > approved > sending > confirmed | unknown | failed. Unknown is looked up before it is sent again."""

    PLANNED = "planned"
    APPROVED = "approved"
    SENDING = "sending"
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CANCELLED = "cancelled"
