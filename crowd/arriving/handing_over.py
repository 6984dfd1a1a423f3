"""What people do last on a platform, once they have ended here. Reads only: the page may be reloaded for ever."""

from __future__ import annotations

from decimal import Decimal
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from crowd import sites
from crowd.arriving import words
from crowd.codes import code_of, codes_of
from crowd.models import Posting, Submission
from crowd.paying.early import Way, way_of
from crowd.platforms import NOT_READ
from crowd.reads.campaigns import terms_of
from crowd.reads.claims import current_claim, known_participant
from crowd.reads.exclusions import unpayable
from crowd.reads.outcomes import outcome_of, owed_to
from participants.arrivals import Arrival
from participants.handoffs import HandOff
from participants.identity import external_id_of
from participants.models import Session


def hand_over(session: Session) -> HandOff | None:
    """By the claim that counts: hand in, give the place back, or nothing more."""
    submission = current_claim(session)
    if submission is None:
        return None
    platform = submission.posting.campaign.account.platform
    if platform in NOT_READ:
        return WAYS[platform](submission, session)
    if submission.submitted_at is not None:
        return HandOff(note=words.handed_in())
    terms = terms_of(submission.posting.campaign)
    amount = owed_to(session, terms)
    if way_of(outcome_of(session), amount, terms) == Way.GIVE_BACK:
        return HandOff(note=give_back_note(submission, amount))
    return WAYS[platform](submission, session)


def pay_through(posting: Posting, arrival: Arrival) -> HandOff:
    """Of a posting that only pays people: one press, for those it is meant for. Nothing here waits for us."""
    if arrival.is_preview:
        return HandOff(note=words.compensation(is_theirs=True))
    campaign = posting.campaign
    participant = known_participant(campaign.experiment.study, arrival)
    if participant is None or not unpayable(campaign).filter(participant=participant).exists():
        return HandOff(note=words.compensation(is_theirs=False))
    return HandOff(
        action=f"{sites.site_of(campaign.account)}/mturk/externalSubmit",
        fields={"assignmentId": arrival.claim, "completionCode": codes_of(posting)["completed"]},
        label=words.last_step("mturk")[1],
        note=words.compensation(is_theirs=True),
        is_urgent=True,
    )


def give_back_note(submission: Submission, amount: Decimal) -> str:
    """What somebody does who is not to hand in."""
    campaign = submission.posting.campaign
    back = words.give_back(campaign.account.platform)
    return f"{back} {words.paid_by_itself(amount, campaign.experiment.study.currency)}" if amount else back


def to_mturk(submission: Submission, session: Session) -> HandOff:
    """Only the worker's own browser can hand in, to the site of the posting's account: no link decides where."""
    account = submission.posting.campaign.account
    note, label = words.last_step("mturk")
    return HandOff(
        action=f"{sites.site_of(account)}/mturk/externalSubmit",
        fields={"assignmentId": submission.external_id, "completionCode": code_of(submission)},
        label=label,
        note=note,
        is_urgent=True,
    )


def to_prolific(submission: Submission, session: Session) -> HandOff:
    """Back to Prolific with the code of the way it ended; the code may be typed in there, too."""
    codes = codes_of(submission.posting)
    code = codes.get(outcome_of(session), codes["completed"])
    note, label = words.last_step("prolific")
    site = sites.site_of(submission.posting.campaign.account)
    return HandOff(
        action=f"{site}/submissions/complete?{urlencode({'cc': code})}",
        method="get",
        fields={"cc": code},
        code=code,
        label=label,
        note=note,
        is_urgent=True,
    )


def to_sender(submission: Submission, session: Session) -> HandOff | None:
    """Back to who sent the link, if the account says where, with the person's own id; else a thank-you is enough."""
    options = submission.posting.campaign.account.options
    address = options.get("return_url") if isinstance(options, dict) else None
    if not isinstance(address, str) or not address.startswith("https://"):
        return None
    parts, person = urlsplit(address), external_id_of(session.participant) or ""
    fields = {name: value.replace("{id}", person) for name, value in parse_qsl(parts.query, keep_blank_values=True)}
    note, label = words.last_step("link")
    action = f"{parts.scheme}://{parts.netloc}{parts.path}"
    return HandOff(action=action, method="get", fields=fields, label=label, note=note)


WAYS: Final = {"mturk": to_mturk, "prolific": to_prolific, "link": to_sender}
