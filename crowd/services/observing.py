"""Write down what a platform showed. Nothing else writes `observed`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from crowd.events import CrowdEvent
from crowd.models import Posting, Submission
from crowd.platforms.base import PostingSeen, SubmissionSeen
from crowd.reads.campaigns import terms_of
from crowd.reads.code_standing import standing_of
from crowd.reconcile.submissions import believed, unlisted
from crowd.reconcile.words import PostingSight, SubmissionSight
from crowd.services.payments import confirm_base
from experiments.models import Event
from experiments.types import Json, JsonObject
from participants.identity import digests_of, participant_of

HELD: Final = (SubmissionSight.UNSEEN, SubmissionSight.ACTIVE)
DECIDED: Final = (SubmissionSight.APPROVED, SubmissionSight.PARTLY_APPROVED, SubmissionSight.REJECTED)
TIMES: Final = ("submitted_at", "decided_at", "decide_before", "accepted_at")
POSTING_COLUMNS: Final = ("external_id", "group_id", "observed", "observed_at", "observed_places", "counts", "look_at")
COLUMNS: Final = ("observed", "observed_at", "code", "code_standing", *TIMES)


@dataclass
class Changes:
    """What one reading told that was not known."""

    changed: list[Submission] = field(default_factory=list)
    new: list[Submission] = field(default_factory=list)
    seen: list[tuple[Submission, SubmissionSight]] = field(default_factory=list)


def posting_columns(posting: Posting, seen: PostingSeen | None, *, now: datetime) -> dict[str, object]:
    """The columns of a posting that differ from what was seen; none if all is as it was. None seen: it is not there."""
    if seen is None:
        seen = PostingSeen(posting.external_id, PostingSight.ABSENT, posting.observed_places)
    counts: JsonObject = {"pending": seen.pending, "available": seen.available, "completed": seen.completed}
    shown: dict[str, object] = {
        "external_id": seen.external_id,
        "group_id": seen.group_id or posting.group_id,
        "observed": seen.sight,
        "observed_places": seen.places,
        "counts": counts if seen.sight != PostingSight.ABSENT else posting.counts,
    }
    changed = {name: value for name, value in shown.items() if getattr(posting, name) != value}
    if "observed" in changed:
        changed["observed_at"] = now
    if changed:
        changed["look_at"] = now
    return changed


def posting_line(posting: Posting, columns: dict[str, object], *, now: datetime) -> Event | None:
    """The diary's line of what changed, not yet saved; none for counts alone."""
    told: dict[str, Json] = {}
    for name in ("observed", "observed_places"):
        if name in columns:
            told[name] = str(columns[name]) if name == "observed" else int(str(columns[name]))
    if not told:
        return None
    return Event(
        kind=CrowdEvent.POSTING_OBSERVED,
        experiment=posting.campaign.experiment,
        subject=f"posting:{posting.uuid}",
        at=now,
        payload={"before": posting.observed, **told},
    )


@transaction.atomic
def observe_listed(postings: Sequence[Posting], seen: Iterable[SubmissionSeen], *, now: datetime) -> Changes:
    """Bring what is listed up to date; who is listed and was never here gets a row.

    postings: those that the list is of, with campaign, account, experiment and study at hand.
    """
    listed = {(each.posting_id, each.external_id): each for each in seen}
    by_id = {posting.external_id: posting for posting in postings}
    changes, matched = Changes(), set()
    for row in _rows(postings, Q(external_id__in=[external_id for _, external_id in listed])):
        key = (row.posting.external_id, row.external_id)
        if key not in listed:
            continue
        if is_of(row, listed[key]):
            matched.add(key)
            _apply(row, believed_sight(row, listed[key], now), listed[key], changes, now)
        elif row.observed in HELD:  # somebody else has the place now
            _apply(row, SubmissionSight.RETURNED, None, changes, now)
    for key, shown in listed.items():
        if key not in matched and shown.posting_id in by_id:
            _add(by_id[shown.posting_id], shown, changes, now)
    _write(changes, now)
    return changes


@transaction.atomic
def observe_unlisted(postings: Sequence[Posting], listed: Collection[str], *, now: datetime) -> Changes:
    """What became of work that a platform hides: of postings that were read to the end, whose list had these ids."""
    changes = Changes()
    for row in _rows(postings, Q(observed__in=HELD)):
        if row.external_id not in listed:
            _apply(row, _fate(row, now), None, changes, now)
    _write(changes, now)
    return changes


def believed_sight(row: Submission, shown: SubmissionSeen, now: datetime) -> SubmissionSight:
    """What to hold of it after it was shown so."""
    age = now - row.observed_at if row.observed_at else timedelta.max
    return believed(SubmissionSight(row.observed), shown.sight, age=age)


def _rows(postings: Sequence[Posting], wanted: Q) -> list[Submission]:
    """Locked in one order, so that nobody waits for us who we wait for; each with its posting from our hand."""
    by_pk = {posting.pk: posting for posting in postings}
    rows = Submission.objects.filter(wanted, posting_id__in=by_pk).select_related("participant")
    found = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
    for row in found:
        row.posting = by_pk[row.posting_id]
    return found


def is_of(row: Submission, shown: SubmissionSeen) -> bool:
    """Whether the claim is this person's. Somebody erased is recognised by their claim alone."""
    person = row.participant
    return person.erased_at is not None or person.external_digest in digests_of(person.platform, shown.worker)


def _fate(row: Submission, now: datetime) -> SubmissionSight:
    counts = row.posting.counts if isinstance(row.posting.counts, dict) else {}
    allowed = terms_of(row.posting.campaign).assignment_seconds
    return unlisted(
        SubmissionSight(row.observed),
        held_for=now - row.accepted_at if row.accepted_at else None,
        allowed=timedelta(seconds=allowed),
        nobody_holds_one=counts.get("pending") == 0,
    )


def _apply(
    row: Submission, sight: SubmissionSight, shown: SubmissionSeen | None, changes: Changes, now: datetime
) -> None:
    """Change the row in hand, if anything differs."""
    before = {name: getattr(row, name) for name in COLUMNS}
    if shown is not None:
        for name in TIMES:
            setattr(row, name, getattr(shown, name) or getattr(row, name))
        row.code, row.code_standing = _code_shown(row, shown)
    if sight != row.observed:
        changes.seen.append((copy(row), sight))
        row.observed, row.observed_at = sight, now
        if sight in DECIDED and row.decided_at is None:  # Prolific does not say when
            row.decided_at = now
    if any(before[name] != getattr(row, name) for name in COLUMNS):
        changes.changed.append(row)


def _add(posting: Posting, shown: SubmissionSeen, changes: Changes, now: datetime) -> None:
    """Somebody who submitted there and never came through our door, or whose row names another person."""
    campaign = posting.campaign
    person = participant_of(campaign.experiment.study, platform=campaign.account.platform, external_id=shown.worker)
    row = Submission(posting=posting, external_id=shown.external_id, participant=person, observed_at=now)
    row.observed = shown.sight
    row.code, row.code_standing = _code_shown(row, shown)
    for name in TIMES:
        setattr(row, name, getattr(shown, name))
    changes.new.append(row)


def _code_shown(row: Submission, shown: SubmissionSeen) -> tuple[str, str]:
    """The code that came with it, and whose it is."""
    if not shown.code or (shown.code == row.code and row.code_standing):
        return row.code, row.code_standing
    return shown.code, standing_of(row, shown.code)


def submission_told(seen: Sequence[tuple[Submission, SubmissionSight]], *, now: datetime) -> None:
    """The diary's lines of (row as it was, what was seen), and what follows: an approval has paid the base.

    Call it in the transaction that writes `observed`, after it was written.
    """
    Event.objects.bulk_create((_line(row, sight, now) for row, sight in seen), batch_size=500)
    for row, sight in seen:
        if sight == SubmissionSight.APPROVED and row.pk:
            confirm_base(row, at=now)


def _line(row: Submission, sight: SubmissionSight, now: datetime) -> Event:
    return Event(
        kind=CrowdEvent.SUBMISSION_OBSERVED,
        experiment=row.posting.campaign.experiment,
        subject=f"submission:{row.uuid}",
        at=now,
        payload={"before": row.observed, "observed": sight},
    )


def _write(changes: Changes, now: datetime) -> None:
    Submission.objects.bulk_update(changes.changed, COLUMNS, batch_size=500)
    Submission.objects.bulk_create(changes.new, ignore_conflicts=True)  # they may come through our door just now
    submission_told([*changes.seen, *((_unseen(row), SubmissionSight(row.observed)) for row in changes.new)], now=now)


def _unseen(row: Submission) -> Submission:
    """As it was before it was seen."""
    row = copy(row)
    row.observed = SubmissionSight.UNSEEN
    return row
