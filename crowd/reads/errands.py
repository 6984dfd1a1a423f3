"""Messages and blocks: a plan of one, with everybody it would reach; and what became of those that were ordered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Count, OuterRef, QuerySet, Subquery

from crowd.models import Account, Campaign, Errand, Submission
from crowd.platforms import PLATFORMS
from crowd.platforms.base import Can
from crowd.platforms.kinds import Kind as PlatformKind
from crowd.reconcile.words import SubmissionSight
from experiments.errors import BadValue
from participants.models import Participant

Kind, State = Errand.Kind, Errand.State
NEEDS: Final = {Kind.MESSAGE: Can.MESSAGE, Kind.BLOCK: Can.BLOCK, Kind.UNBLOCK: Can.BLOCK}
SHORTEST: Final = 10
LONGEST: Final = 4096
SUBJECT: Final = 200
AT_ONCE: Final = 50
JUDGED: Final = frozenset({SubmissionSight.APPROVED, SubmissionSight.PARTLY_APPROVED, SubmissionSight.REJECTED})
OPPOSITE: Final = {Kind.BLOCK: Kind.UNBLOCK, Kind.UNBLOCK: Kind.BLOCK}
NOT_JUDGED: Final = "No work of theirs was approved or rejected here: the platform may refuse to deliver it."


@dataclass(frozen=True, slots=True)
class Recipient:
    """participant: their row. person: their pseudonym, short. why_not: why left out. note: what may go wrong."""

    participant: int
    person: str
    why_not: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ErrandPlan:
    """To whom (once each), who is left out, and what they are told or why."""

    kind: str
    recipients: tuple[Recipient, ...]
    subject: str
    text: str
    left_out: tuple[Recipient, ...] = ()

    @property
    def people(self) -> tuple[int, ...]:
        """The participants, in order."""
        return tuple(each.participant for each in self.recipients)

    @property
    def phrase(self) -> str:
        """What is typed by somebody who means it."""
        return f"{self.kind} {len(self.recipients)}"

    @property
    def sha256(self) -> str:
        """Of all of it."""
        lines = [self.kind, self.subject, self.text, *map(str, sorted(self.people))]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def plan_of_errand(
    campaign: Campaign, kind: str, submissions: Sequence[Submission], *, subject: str = "", text: str
) -> ErrandPlan:
    """BadValue where the platform cannot, or where the words are missing. Nothing is changed. Three queries at most."""
    platform = PLATFORMS[campaign.account.platform]
    if NEEDS[Kind(kind)] not in platform.abilities:
        raise BadValue(f"{platform.title} cannot {kind} people through us.", hint="Do it on its own pages.")
    if not SHORTEST <= len(text.strip()) <= LONGEST:
        raise BadValue(
            f"It takes {SHORTEST} to {LONGEST:,} characters of text.", hint="A block keeps it as its reason."
        )
    if kind == Kind.MESSAGE and not subject.strip():
        raise BadValue("A message needs a subject.")
    subject, text = subject.strip()[:SUBJECT] if kind == Kind.MESSAGE else "", _lines(text)
    keys = keys_of(kind, subject, text, {row.participant_id for row in submissions})
    known = known_keys(keys)
    everybody = _recipients(kind, submissions, platform, blocked_at(campaign.account))
    everybody = [replace(each, why_not=each.why_not or _told(each, keys, known)) for each in everybody]
    reached = tuple(each for each in everybody if not each.why_not)
    return ErrandPlan(kind, reached, subject, text, tuple(each for each in everybody if each.why_not))


def keys_of(kind: str, subject: str, text: str, people: Iterable[int]) -> dict[int, str]:
    """Person > key of these words to them.

    Who was let come again since can be blocked anew with the same words, and the other way round.
    """
    people, opposite = tuple(people), OPPOSITE.get(Kind(kind))
    words = hashlib.sha256("\n".join([kind, subject, text]).encode()).hexdigest()
    if opposite is None:
        return dict.fromkeys(people, words)
    turns = Errand.objects.filter(participant__in=people, kind=opposite).order_by().values_list("participant")
    counts = dict(turns.annotate(n=Count("pk")))
    return {each: hashlib.sha256(f"{words}:{counts.get(each, 0)}".encode()).hexdigest() for each in people}


def known_keys(keys: Mapping[int, str]) -> set[tuple[int, str]]:
    """(participant, key) of those that were ordered already. One query."""
    rows = Errand.objects.filter(participant__in=keys, key__in=set(keys.values())).order_by()
    return set(rows.values_list("participant", "key"))


def possible_kinds(campaign: Campaign) -> list[tuple[str, str]]:
    """(kind, title) of what the campaign's platform can be asked; empty where it can nothing of it."""
    abilities = PLATFORMS[campaign.account.platform].abilities
    return [(kind.value, kind.label) for kind in Kind if NEEDS[kind] in abilities]


def blocked_at(account: Account) -> set[int]:
    """Participants whom we had blocked, and not let come again since."""
    rows = Errand.objects.filter(campaign__account=account, kind__in=(Kind.BLOCK, Kind.UNBLOCK))
    newest: dict[int, str] = {}
    for participant, kind in (
        rows.exclude(state__in=(State.FAILED, State.OFF)).order_by("pk").values_list("participant", "kind")
    ):
        newest[participant] = kind
    return {participant for participant, kind in newest.items() if kind == Kind.BLOCK}


def errands_of(campaign: Campaign, state: str = "") -> QuerySet[Errand]:
    """Of one campaign, the newest first; of one state if it is named. submission_uuid: of a claim of theirs in it."""
    theirs = Submission.objects.filter(participant=OuterRef("participant"), posting__campaign=OuterRef("campaign"))
    rows = Errand.objects.filter(campaign=campaign).select_related("participant", "by").order_by("-pk")
    rows = rows.annotate(submission_uuid=Subquery(theirs.values("uuid")[:1]))
    return rows.filter(state=state) if state in State.values else rows


def states_of(campaign: Campaign) -> list[tuple[str, str, int]]:
    """(state, title, how many) of every state there is, those that need somebody first. One query."""
    rows = Errand.objects.filter(campaign=campaign).order_by().values_list("state").annotate(n=Count("pk"))
    counts = dict(rows)
    return [(state.value, str(state.label), counts[state]) for state in ORDER if counts.get(state)]


def _recipients(
    kind: str, submissions: Iterable[Submission], platform: PlatformKind, blocked: set[int]
) -> list[Recipient]:
    found: dict[int, Recipient] = {}
    judged = {each.participant_id for each in submissions if each.observed in JUDGED}
    for row in submissions:
        person = row.participant
        note = NOT_JUDGED if kind == Kind.MESSAGE and platform.writes_after_judging and person.pk not in judged else ""
        if kind == Kind.UNBLOCK and person.pk not in blocked:
            note = "We have not blocked them."
        found[person.pk] = Recipient(person.pk, person.uuid.hex[:8], _obstacle(kind, person, blocked), note)
    return [found[pk] for pk in sorted(found)]


def _obstacle(kind: str, person: Participant, blocked: set[int]) -> str:
    if person.erased_at is not None:
        return "They are erased: nobody knows any more who they are."
    return "They are blocked already." if kind == Kind.BLOCK and person.pk in blocked else ""


def _lines(text: str) -> str:
    """As it is sent: browsers end lines with two characters."""
    return text.strip().replace("\r\n", "\n")


def _told(each: Recipient, keys: Mapping[int, str], known: set[tuple[int, str]]) -> str:
    return (
        "It was ordered for them already, in these words."
        if (each.participant, keys[each.participant]) in known
        else ""
    )


ORDER: Final = (State.UNKNOWN, State.FAILED, State.SENDING, State.PLANNED, State.DONE, State.OFF)
