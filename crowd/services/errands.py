"""Write to people, and block them, with a reason: planned by somebody who typed what is meant, run by a worker."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from crowd import events
from crowd.errors import NotConfirmed, PlatformError, PlatformUnavailable
from crowd.events import CrowdEvent
from crowd.models import Account, Campaign, Errand, Submission
from crowd.platforms import PLATFORMS
from crowd.platforms.base import Can, Platform
from crowd.services.campaigns import lock
from crowd.services.reaching import talking
from crowd.services.sending import NO_EFFECT
from experiments.errors import BadValue
from experiments.types import JsonObject
from participants.identity import external_id_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Kind, State = Errand.Kind, Errand.State
NEEDS: Final = {Kind.MESSAGE: Can.MESSAGE, Kind.BLOCK: Can.BLOCK, Kind.UNBLOCK: Can.BLOCK}
SHORTEST: Final = 10
LONGEST: Final = 4096
AT_ONCE: Final = 50
LEFT_BEHIND: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ErrandPlan:
    """To whom (participants, once each), and what they are told or why."""

    kind: str
    people: tuple[int, ...]
    subject: str
    text: str

    @property
    def phrase(self) -> str:
        """What is typed by somebody who means it."""
        return f"{self.kind} {len(self.people)}"

    @property
    def sha256(self) -> str:
        """Of all of it."""
        lines = [self.kind, self.subject, self.text, *map(str, sorted(self.people))]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def plan_of_errand(
    campaign: Campaign, kind: str, submissions: Sequence[Submission], *, subject: str = "", text: str
) -> ErrandPlan:
    """BadValue where the platform cannot, or where the words are missing. Nothing is changed."""
    platform = PLATFORMS[campaign.account.platform]
    if NEEDS[Kind(kind)] not in platform.abilities:
        raise BadValue(f"{platform.title} cannot {kind} people through us.", hint="Do it on its own pages.")
    if not SHORTEST <= len(text.strip()) <= LONGEST:
        raise BadValue(
            f"It takes {SHORTEST} to {LONGEST:,} characters of text.", hint="A block keeps it as its reason."
        )
    if kind == Kind.MESSAGE and not subject.strip():
        raise BadValue("A message needs a subject.")
    people = {row.participant_id for row in submissions if row.participant.erased_at is None}
    return ErrandPlan(kind, tuple(sorted(people)), subject.strip()[:200], text.strip())


@transaction.atomic
def order_errand(campaign: Campaign, plan: ErrandPlan, typed: str, *, by: User | None, now: datetime) -> int:
    """Have it done; how many rows are new. Ordered again with the same words it adds nothing."""
    campaign = lock(campaign)
    if not plan.people or " ".join(typed.lower().split()) != plan.phrase:
        raise NotConfirmed(f"It is confirmed with “{plan.phrase}”, not with “{typed}”: nothing was done.")
    known = set(Errand.objects.filter(key=plan.sha256).values_list("participant", flat=True))
    new = [each for each in plan.people if each not in known]
    Errand.objects.bulk_create(
        Errand(
            campaign=campaign,
            participant_id=each,
            kind=plan.kind,
            subject=plan.subject,
            text=plan.text,
            key=plan.sha256,
            by=by,
            at=now,
        )
        for each in new
    )
    subject = f"campaign:{campaign.uuid}"
    payload: JsonObject = {"kind": plan.kind, "people": len(new)}
    events.record(CrowdEvent.ERRAND_ORDERED, campaign.experiment, subject=subject, at=now, payload=payload)
    return len(new)


def accounts_with_errands(now: datetime) -> list[int]:
    """Ids of accounts that answer and have some to run."""
    waiting = Q(state=State.PLANNED) | Q(state=State.SENDING, sent_at__lte=now - LEFT_BEHIND)
    rows = Errand.objects.filter(waiting).exclude(campaign__account__rests_until__gt=now).order_by()
    return sorted(rows.values_list("campaign__account", flat=True).distinct())


def run_errands(account: Account, *, now: datetime) -> Counter[str]:
    """Some of those that wait, one call each; how they ended. Stops where the platform does not answer."""
    _pick_up(account, now)
    ended: Counter[str] = Counter()
    for _ in range(AT_ONCE):
        errand = _take(account, now)
        if errand is None:
            break
        state = _run(errand, account, now)
        ended[state] += 1
        if state in (State.PLANNED, State.UNKNOWN):
            break
    return ended


@transaction.atomic
def _take(account: Account, now: datetime) -> Errand | None:
    """One, marked as being sent before it is: whoever dies meanwhile leaves a row that is not sent again."""
    rows = Errand.objects.filter(state=State.PLANNED, campaign__account=account).order_by("pk")
    errand = rows.select_for_update(of=("self",), skip_locked=True).select_related("campaign", "participant").first()
    if errand is not None:
        errand.state, errand.sent_at = State.SENDING, now
        errand.save(update_fields=["state", "sent_at"])
    return errand


def _pick_up(account: Account, now: datetime) -> None:
    """Whoever was sending has died: a block is asked for again, of a message nobody knows whether it left."""
    rows = Errand.objects.filter(campaign__account=account, state=State.SENDING, sent_at__lte=now - LEFT_BEHIND)
    rows.filter(kind=Kind.MESSAGE).update(state=State.UNKNOWN, trouble="It may have been sent, or not.")
    rows.exclude(kind=Kind.MESSAGE).update(state=State.PLANNED)


def _run(errand: Errand, account: Account, now: datetime) -> str:
    worker = external_id_of(errand.participant)
    if worker is None:
        return _end(errand, State.FAILED, "Their id is not known any more.", now)
    try:
        with talking(account, errand.campaign) as platform:
            trouble = _call(platform, errand, worker)
    except PlatformUnavailable as error:
        is_safe = errand.kind != Kind.MESSAGE or error.code in NO_EFFECT
        return _end(errand, State.PLANNED if is_safe else State.UNKNOWN, error.message, now)
    except PlatformError as error:
        return _end(errand, State.FAILED, error.message, now)
    return _end(errand, State.FAILED if trouble else State.DONE, trouble, now)


def _call(platform: Platform, errand: Errand, worker: str) -> str:
    """What went wrong for this person, without their id; "" if nothing."""
    if errand.kind == Kind.MESSAGE:
        told = platform.message((worker,), subject=errand.subject, text=errand.text)
        return told.get(worker, "").replace(worker, "they")
    if errand.kind == Kind.BLOCK:
        platform.block(worker, reason=errand.text)
    else:
        platform.unblock(worker, reason=errand.text)
    return ""


def _end(errand: Errand, state: str, trouble: str, now: datetime) -> str:
    errand.state, errand.trouble = state, trouble[:500]
    errand.done_at = now if state == State.DONE else None
    errand.save(update_fields=["state", "trouble", "done_at"])
    return state
