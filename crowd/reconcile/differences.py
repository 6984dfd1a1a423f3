"""Where a platform and we disagree, in words, and what somebody can do about it. None is the good state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from crowd.reconcile.actions import CALLS, Action
from crowd.reconcile.postings import PostingState, posting_action
from crowd.reconcile.submissions import submission_action
from crowd.reconcile.words import PaymentState, PostingSight, PostingWish, SubmissionSight, SubmissionWish

GRACE: Final = timedelta(minutes=2)
"""A call that is only on its way is no difference."""
HAND_OFF: Final = timedelta(minutes=30)
"""Whoever is done here has so long to hand it in there."""
SETTLED_BY: Final = timedelta(hours=24)
"""By then a hand-off that was missed is settled, whatever the places' times."""


@dataclass(frozen=True, slots=True)
class Difference:
    """kind: for programs. advice: what happens by itself, or what somebody can do. can_retry: by “Try again”."""

    kind: str
    ours: str
    theirs: str
    advice: str
    can_retry: bool = False
    comes_by_itself: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a row that is pursued stands. waited: since it is as it is. trouble: what the platform last said."""

    waited: timedelta = timedelta.max
    is_refused: bool = False
    is_unsure: bool = False
    was_told: bool = False
    trouble: str = ""


POSTING_WISHES: Final = {
    PostingWish.DRAFT: "A draft",
    PostingWish.OPEN: "Open",
    PostingWish.PAUSED: "Paused",
    PostingWish.CLOSED: "Closed",
    PostingWish.GONE: "Removed",
}
POSTING_SIGHTS: Final = {
    PostingSight.UNKNOWN: "Not known",
    PostingSight.ABSENT: "Not there",
    PostingSight.PENDING: "Being made or checked",
    PostingSight.OPEN: "Open",
    PostingSight.TAKEN: "Every place taken",
    PostingSight.PAUSED: "Paused",
    PostingSight.CLOSED: "Closed",
    PostingSight.GONE: "Removed",
}
SUBMISSION_WISHES: Final = {
    SubmissionWish.UNDECIDED: "Not decided",
    SubmissionWish.APPROVED: "Approved",
    SubmissionWish.REJECTED: "Rejected",
    SubmissionWish.RETURNED: "To be returned",
    SubmissionWish.COMPLETED: "Completed for them",
}
SUBMISSION_SIGHTS: Final = {
    SubmissionSight.UNSEEN: "Not submitted, as far as it shows",
    SubmissionSight.ACTIVE: "Under way",
    SubmissionSight.SUBMITTED: "Submitted",
    SubmissionSight.APPROVED: "Approved",
    SubmissionSight.PARTLY_APPROVED: "Approved in part",
    SubmissionSight.REJECTED: "Rejected",
    SubmissionSight.RETURNED: "Given back",
    SubmissionSight.TIMED_OUT: "Out of time",
    SubmissionSight.SCREENED_OUT: "Screened out",
}
LOST_POSTING: Final = "Somebody removed it at the platform. Close it here; a further round posts new places."
STRAY_POSTING: Final = "It is up although it is a draft here. Close it at the platform, or publish the campaign."
GAVE_BACK: Final = "They gave it back before it could be approved. What they did is owed: pay it as a compensation."
SUBMISSION_ADVICE: Final = {
    (SubmissionWish.APPROVED, SubmissionSight.RETURNED): GAVE_BACK,
    (SubmissionWish.APPROVED, SubmissionSight.TIMED_OUT): GAVE_BACK,
    (SubmissionWish.APPROVED, SubmissionSight.SCREENED_OUT): "The platform paid it as a screen-out. Pay the rest.",
    (SubmissionWish.REJECTED, SubmissionSight.SCREENED_OUT): "The platform paid it as a screen-out; it stays paid.",
    (SubmissionWish.COMPLETED, SubmissionSight.RETURNED): GAVE_BACK,
    (SubmissionWish.COMPLETED, SubmissionSight.REJECTED): "It was rejected there. Decide it in review.",
}
TOO_LATE: Final = "It was decided at the platform before; that stands. Decide the same here, or leave it unused."


def posting_difference(state: PostingState, standing: Standing) -> Difference | None:
    """None while it is as we want it, comes by itself, or is only just on its way."""
    action = posting_action(state)
    ours = POSTING_WISHES[state.wish]
    theirs = POSTING_SIGHTS[state.sight]
    if action == Action.ADD_PLACES:
        ours, theirs = f"{ours}, {state.wanted_places} places", f"{theirs}, {state.seen_places} places"
    if action == Action.ASK:
        advice = STRAY_POSTING if state.wish == PostingWish.DRAFT else LOST_POSTING
        return Difference("posting_lost", ours, theirs, advice)
    return _pursued("posting", ours, theirs, action, standing)


def submission_difference(wish: SubmissionWish, sight: SubmissionSight, standing: Standing) -> Difference | None:
    """The same for a decision."""
    action = submission_action(wish, sight, is_unsure=standing.is_unsure, was_told=standing.was_told)
    ours, theirs = SUBMISSION_WISHES[wish], SUBMISSION_SIGHTS[sight]
    if action == Action.ASK:
        return Difference("decision_overtaken", ours, theirs, SUBMISSION_ADVICE.get((wish, sight), TOO_LATE))
    return _pursued("decision", ours, theirs, action, standing)


def stranger_difference(sight: SubmissionSight) -> Difference:
    """Somebody submitted there who never came through our door."""
    return Difference(
        "never_here",
        "Nobody came",
        SUBMISSION_SIGHTS[sight],
        "They submitted without taking part here. Write to them, or decide it in review; nothing is decided by itself.",
    )


def hand_off_difference(sight: SubmissionSight, *, waited: timedelta) -> Difference:
    """Somebody completed here and never submitted there. waited: since they completed."""
    advice = (
        "They did the work. While they hold the place they can still hand it in; then it is handed in for them where "
        "the platform can be told, or paid as a compensation."
    )
    if waited > SETTLED_BY:
        advice += " That should have happened by now: is their pay approved, and within the budget?"
    theirs = SUBMISSION_SIGHTS[sight]
    return Difference("not_handed_in", "Completed", theirs, advice, comes_by_itself=waited <= SETTLED_BY)


def payment_difference(state: PaymentState, trouble: str) -> Difference | None:
    """A payment of which nobody knows, or that failed."""
    if state == PaymentState.FAILED:
        advice = f"{trouble} Mend that, then approve the payment again.".strip()
        return Difference("payment_failed", "Owed", "Not paid", advice)
    if state == PaymentState.UNKNOWN:
        advice = "The answer was lost. It is looked up at the platform before anything is sent again."
        return Difference("payment_unknown", "Sent", "Not known", advice, comes_by_itself=True)
    return None


def uncovered_difference(lacks: str, *, decide_before: datetime | None) -> Difference:
    """Work for whose reward nothing is held, and the budget has no room. lacks: the reward, with its currency."""
    advice = (
        f"Nothing is held for their {lacks}: it came without our door, or after its place was given back. Raise the "
        "study's budget, and it is held within seconds; until then it cannot be approved here."
    )
    if decide_before is not None:
        advice += f" The platform approves it by itself on {decide_before:%-d %B %Y, %H:%M} UTC, and takes the money."
    return Difference("payment_uncovered", "No money held", "Submitted", advice)


def over_budget_difference(over: str) -> Difference:
    """What is held and spent lies above what the study allows. over: how far, with its currency."""
    advice = (
        f"The platform took what was not held, or the budget was lowered: it is {over} above it. Nothing more can be "
        "held. Raise the study's budget, or close places that nobody has taken."
    )
    return Difference("payment_over_budget", f"{over} over", "Paid or promised", advice)


def wayless_difference(*, is_done: bool) -> Difference:
    """Approved, and there is no work through which it could be paid. is_done: they finished here."""
    advice = (
        "The platform pays a bonus through work that was handed in, and theirs was not. It goes out by itself once "
        "they hand in, or do other work of this account."
    )
    ways = "post what pays them on the campaign's page, " if is_done else ""
    theirs = "No work to pay it through"
    advice = f"{advice} Otherwise {ways}pay it by hand and mark it on the page of the money, or call it off there."
    return Difference("payment_without_way", "Approved", theirs, advice)


def _pursued(what: str, ours: str, theirs: str, action: Action, standing: Standing) -> Difference | None:
    if action not in CALLS:
        return None
    if standing.is_refused:
        advice = f"The platform refused: {standing.trouble} Mend that, then try again."
        return Difference(f"{what}_refused", ours, theirs, advice, can_retry=True)
    if standing.waited < GRACE:
        return None
    because = standing.trouble or "The call is still to be made."
    return Difference(f"{what}_waits", ours, theirs, f"{because} It is tried again by itself.", True, True)
