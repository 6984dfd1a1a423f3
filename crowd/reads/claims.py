"""Reads of claims: which posting a link means, who holds a claim, who may not come."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Final

from django.db.models import Q

from crowd.models import Posting, Submission
from crowd.querysets import PostingQuerySet, SubmissionQuerySet
from crowd.reconcile.words import SubmissionSight
from experiments.models import Experiment, Study
from participants.arrivals import Arrival
from participants.errors import NotInvited
from participants.identity import digests_of, find_participant
from participants.models import Participant, Session

Outcome = Submission.Outcome
SEEN: Final = (SubmissionSight.ACTIVE, SubmissionSight.SUBMITTED, SubmissionSight.APPROVED, SubmissionSight.REJECTED)
GONE: Final = (SubmissionSight.RETURNED, SubmissionSight.TIMED_OUT)


def posting_named(experiment: Experiment, platform: str, *, ours: str, theirs: str) -> Posting | None:
    """The posting of that platform for the experiment: by our id in the link, else by the platform's."""
    postings = Posting.objects.all().select_related("campaign__account", "campaign__experiment__study")
    postings = postings.filter(campaign__experiment=experiment, campaign__account__platform=platform)
    if ours:
        return _of_uuid(postings, ours)
    return postings.filter(external_id=theirs).first() if theirs else None


def posting_of(arrival: Arrival) -> Posting:
    """The posting by which somebody came. NotInvited if it is gone."""
    postings = Posting.objects.all().select_related("campaign__account", "campaign__experiment__study")
    found = _of_uuid(postings, arrival.source)
    if found is None:
        raise NotInvited("Nothing is offered under this link any more.", hint="Please give the work back.")
    return found


def _of_uuid(postings: PostingQuerySet, text: str) -> Posting | None:
    try:
        return postings.filter(uuid=uuid.UUID(text)).first()
    except ValueError:
        return None


def link_claims(person: str) -> tuple[str, ...]:
    """The claim of whoever comes by a plain link, under each secret key that is known; today's first."""
    return tuple(digest[:32] for digest in digests_of("link", person))


def claim_by_link(person: str, posting: str) -> str:
    """Theirs at that posting from before the secret key was changed, if they have one; else today's.

    Another posting's says nothing: keys are turned one claim after the other. No query while one key is known.
    """
    today, *before = link_claims(person)
    if not before:
        return today
    try:
        mine = Submission.objects.filter(posting__uuid=uuid.UUID(posting), external_id__in=before)
    except ValueError:
        return today
    return mine.values_list("external_id", flat=True).first() or today


def known_participant(study: Study, arrival: Arrival) -> Participant | None:
    """The person, if the study has seen them; nobody is made."""
    return find_participant(study, platform=arrival.kind, external_id=arrival.external_id)


def held_by(posting: Posting, claim: str, participant: Participant) -> Submission | None:
    """The person's row for that claim."""
    rows = Submission.objects.filter(posting=posting, external_id=claim, participant=participant)
    return rows.select_related("session").first()


def claims_of(session: Session) -> SubmissionQuerySet:
    """Every claim that led to the session; the one that counts first: handed in there, else the latest."""
    return Submission.objects.filter(session=session).order_by("submitted_at", "-accepted_at", "-pk")


def current_claim(session: Session) -> Submission | None:
    """The claim under which the session is handed in."""
    return claims_of(session).select_related("posting__campaign__account").first()


def places_taken(posting: Posting) -> SubmissionQuerySet:
    """Claims that may each hold a place of it: seen there, or under way or done here, and not seen as given back."""
    held = Q(outcome__in=(Outcome.OPEN, Outcome.COMPLETED)) | Q(observed__in=SEEN)
    return Submission.objects.filter(held, posting=posting).exclude(observed__in=GONE)


def is_one_too_many(submission: Submission) -> bool:
    """Whether more claims are made than the posting has places, and the platform has not shown this one."""
    if submission.observed != SubmissionSight.UNSEEN:
        return False
    others = places_taken(submission.posting).exclude(pk=submission.pk)
    return others.count() >= submission.posting.desired_places


def took_part_in(slugs: Iterable[str], *, platform: str, digests: Sequence[str]) -> bool:
    """Whether the person of one of these digests has a session, no rehearsal, in one of the studies."""
    wanted = list(slugs)
    if not wanted or not digests:
        return False
    sessions = Session.objects.real().filter(participant__platform=platform)
    sessions = sessions.filter(participant__external_digest__in=digests)
    return sessions.filter(experiment__study__slug__in=wanted).exists()
