"""Let people in whom a platform sent: one row for each claim, one session for each person."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from bandits.errors import PlaceLost
from bandits.services.assign import lock_allocation
from crowd import events
from crowd.errors import BudgetExceeded, Excluded
from crowd.events import CrowdEvent
from crowd.models import Campaign, Obligation, Posting, Submission
from crowd.paying.cost import ZERO
from crowd.paying.rules import pay_for
from crowd.platforms import NOT_READ
from crowd.querysets import SubmissionQuerySet
from crowd.reads.campaigns import terms_of
from crowd.reads.claims import claims_of, current_claim, held_by, posting_of, took_part_in
from crowd.reconcile.words import PaymentState, PostingWish, SubmissionSight
from crowd.services.holds import give_back_claim, hold_claim
from crowd.services.missing import PATIENCE
from crowd.services.noting_outcomes import owe_a_part
from experiments.types import JsonObject
from participants.arrivals import Arrival
from participants.capability import token_of
from participants.errors import AlreadyTookPart, NotInvited
from participants.identity import digests_of, participant_of
from participants.models import Participant, Session
from participants.services.leaving import come_back as go_on
from participants.services.leaving import return_session

HANDED_IN = (
    SubmissionSight.SUBMITTED,
    SubmissionSight.APPROVED,
    SubmissionSight.PARTLY_APPROVED,
    SubmissionSight.REJECTED,
    SubmissionSight.SCREENED_OUT,
)
ENDED = {"declined": Submission.Outcome.NO_CONSENT, "full": Submission.Outcome.QUOTA_FULL}
LIVE = (Submission.Outcome.OPEN, Submission.Outcome.COMPLETED)
OUT = (Session.Status.SCREENED_OUT, Session.Status.WITHDRAWN)


def require_welcome(arrival: Arrival, posting: Posting, participant: Participant | None) -> None:
    """Excluded, AlreadyTookPart or NotInvited for somebody who may not come in under this claim. Reads only."""
    if posting.campaign.status in (Campaign.Status.DRAFT, Campaign.Status.SETTLED) or posting.purpose != "recruit":
        raise NotInvited("This study takes in nobody from here at present.")
    digests = digests_of(arrival.kind, arrival.external_id)
    if took_part_in(terms_of(posting.campaign).exclude, platform=arrival.kind, digests=digests):
        raise Excluded("You took part in a study that excludes this one.", hint="Thank you for your interest.")
    if arrival.kind in NOT_READ and (participant is None or held_by(posting, arrival.claim, participant) is None):
        _require_place(posting)
    others = _of_others(posting, arrival.claim, participant)
    if others.filter(observed__in=HANDED_IN).exists():
        raise NotInvited("Somebody has already handed in the work of this place.")
    session = _session_of(participant, posting) if participant else None
    if session is not None and participant is not None and held_by(posting, arrival.claim, participant) is None:
        _require_another_go(posting, session)


def admit(arrival: Arrival, participant: Participant, *, now: datetime) -> None:
    """Ask `require_welcome` in the transaction of coming in, and take the claim from who held it before.

    Where our door counts places one newcomer waits for the other: the last place goes to one.
    """
    posting = posting_of(arrival)
    if arrival.kind in NOT_READ:
        Posting.objects.select_for_update(no_key=True).get(pk=posting.pk)
    require_welcome(arrival, posting, participant)
    _take_over(posting, arrival.claim, participant, now=now)


def come_back(arrival: Arrival, session: Session, *, now: datetime) -> Session:
    """The person's session under this claim, on its page again. The claims before it are given back.

    Another claim of theirs meets the campaign's policy: "resume" goes on, "restart" begins again under the same arm,
    "refuse" turns away. Who has finished, and whose work was never handed in there, hands it in under this claim.
    """
    posting = posting_of(arrival)
    admit(arrival, session.participant, now=now)
    is_new = held_by(posting, arrival.claim, session.participant) is None
    session = go_on(session.uuid, now=now, from_start=is_new and terms_of(posting.campaign).repeat == "restart")
    keep_claim(arrival, session, now=now)
    return session


def go_on_silent(session: Session, *, now: datetime) -> None:
    """Who went silent takes their place again, where no platform counts places: with its money held anew.

    PlaceLost if every one is taken by now; NotInvited if it cannot be paid. A place that is still theirs stays so.
    """
    mine = current_claim(session)
    if mine is None or mine.posting.campaign.account.platform not in NOT_READ or mine.outcome in LIVE:
        return
    Posting.objects.select_for_update(no_key=True).get(pk=mine.posting_id)
    if Submission.objects.filter(posting=mine.posting, outcome__in=LIVE).count() >= mine.posting.desired_places:
        raise PlaceLost("Every place of this link is taken by now.", hint="Thank you for the time you gave.")
    mine.outcome = Submission.Outcome.OPEN
    mine.save(update_fields=["outcome"])
    _hold(mine, now=now)


def keep_claim(arrival: Arrival, session: Session, *, now: datetime) -> Submission:
    """The claim's row beside the session, with its money held; it is the one that counts from now on.

    NotInvited if there is none to hold: they must not begin.
    """
    posting = posting_of(arrival)
    held = held_by(posting, arrival.claim, session.participant)
    if held is not None and held.session_id == session.pk and held.outcome in LIVE:
        return held
    is_done = session.status == Session.Status.COMPLETED
    submission = held or Submission(posting=posting, external_id=arrival.claim, participant=session.participant)
    submission.session, submission.accepted_at = session, now
    submission.outcome = Submission.Outcome.COMPLETED if is_done else Submission.Outcome.OPEN
    submission.done_at = session.ended_at if is_done else None
    submission.save()
    if not session.came_by:
        Session.objects.filter(pk=session.pk).update(came_by=arrival.kind)
    before = claims_of(session).exclude(pk=submission.pk).filter(submitted_at=None, outcome__in=LIVE)
    given_back = [give_back(claim, now=now) for claim in before.select_for_update(of=("self",), no_key=True)]
    _hold(submission, now=now)
    payload: JsonObject = {"session": str(session.uuid), "claims before": len(given_back)}
    _tell(submission, payload, now=now)
    return submission


def give_back(submission: Submission, *, now: datetime) -> Submission:
    """The claim is its person's no more: its session goes on elsewhere, or is over. Their money is held for others."""
    submission.outcome, submission.done_at = Submission.Outcome.RETURNED, None
    submission.save(update_fields=["outcome", "done_at"])
    give_back_claim(submission, at=now)
    return submission


@transaction.atomic
def turn_away(arrival: Arrival, *, because: str, now: datetime) -> Decimal:
    """Keep that somebody held a claim and did not come in ("declined" or "full"), and owe what the terms pay for that.

    Nothing is kept of somebody who declined and is owed nothing. The amount.
    """
    posting, outcome = posting_of(arrival), ENDED[because]
    amount = pay_for(outcome, terms_of(posting.campaign), minutes=ZERO)
    if because == "declined" and not amount:
        return amount
    study = posting.campaign.experiment.study
    participant = participant_of(study, platform=arrival.kind, external_id=arrival.external_id)
    submission, is_new = Submission.objects.get_or_create(
        posting=posting,
        external_id=arrival.claim,
        participant=participant,
        defaults={"accepted_at": now, "outcome": outcome},
    )
    if is_new:
        _tell(submission, {"because": because}, now=now)
    if amount and submission.session is None:
        owe_a_part(submission, amount, now=now)
    return amount


def _hold(submission: Submission, *, now: datetime) -> None:
    """What they can be paid at most is held before they begin; NotInvited where the study has it not."""
    try:
        hold_claim(submission, at=now)
    except BudgetExceeded as error:
        raise NotInvited(
            "This study cannot pay anybody more at present, so nobody more can begin.",
            hint="You have not lost anything.",
        ) from error


def _tell(submission: Submission, payload: JsonObject, *, now: datetime) -> None:
    experiment, subject = submission.posting.campaign.experiment, f"submission:{submission.uuid}"
    events.record(CrowdEvent.SUBMISSION_ACCEPTED, experiment, subject=subject, at=now, payload=payload)


def _require_place(posting: Posting) -> None:
    """Where no platform counts places, our door does."""
    if posting.desired != PostingWish.OPEN:
        raise NotInvited("This study takes in nobody by this link at present.")
    if Submission.objects.filter(posting=posting, outcome__in=LIVE).count() >= posting.desired_places:
        raise NotInvited("Every place of this link is taken.", hint="Thank you for your interest.")


def _session_of(participant: Participant, posting: Posting) -> Session | None:
    experiment = posting.campaign.experiment
    mine = Session.objects.filter(participant=participant, experiment=experiment)
    return mine.filter(is_rehearsal=experiment.is_rehearsal).first()


def _require_another_go(posting: Posting, session: Session) -> None:
    """Whether a person with a session may go on under a new claim."""
    compensated = Obligation.objects.filter(
        campaign=posting.campaign, participant=session.participant_id, kind=Obligation.Kind.COMPENSATION
    ).exclude(payment__state=PaymentState.CANCELLED)
    is_over = session.status in OUT or claims_of(session).exclude(submitted_at=None).exists()
    is_once_only = terms_of(posting.campaign).repeat == "refuse"
    if is_over or is_once_only or _may_have_handed_in(posting, session) or compensated.exists():
        raise AlreadyTookPart("You have taken part in this study already.", hint="It can be done once only.")


def _may_have_handed_in(posting: Posting, session: Session) -> bool:
    """Whether they finished under a claim of another posting, and nobody has looked yet whether it was handed in.

    A new claim of the same posting shows that the one before was not: platforms give one at a time.
    """
    if session.status != Session.Status.COMPLETED or session.ended_at is None:
        return False
    read_at = posting.campaign.account.polled_at
    is_known = read_at is not None and read_at > session.ended_at + PATIENCE
    return not is_known and claims_of(session).exclude(posting=posting).exists()


def _of_others(posting: Posting, claim: str, participant: Participant | None) -> SubmissionQuerySet:
    rows = Submission.objects.filter(posting=posting, external_id=claim)
    return rows.exclude(participant=participant) if participant else rows


def _take_over(posting: Posting, claim: str, participant: Participant, *, now: datetime) -> None:
    """A platform gives a place to one person at a time: who held the claim before has returned it.

    The allocation is locked before the budget, as everybody does who comes in: the other way round is a deadlock.
    """
    held = _of_others(posting, claim, participant).filter(outcome=Submission.Outcome.OPEN)
    if not held.exists():
        return
    lock_allocation(posting.campaign.experiment)
    for submission in held.select_for_update(of=("self",), no_key=True).select_related("session", "posting__campaign"):
        if submission.session is not None and submission.session.is_under_way:
            return_session(token_of(submission.session.uuid), now=now)
        give_back(submission, now=now)
