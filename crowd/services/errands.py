"""Write to people, and block them, with a reason: planned by somebody who typed what is meant, run by a worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from crowd import events
from crowd.errors import NeedsOperator, NotConfirmed, PlatformError, PlatformUnavailable
from crowd.events import CrowdEvent
from crowd.models import Account, Campaign, Errand
from crowd.platforms.base import Platform
from crowd.reads.errands import ErrandPlan, keys_of, known_keys
from crowd.services.campaigns import lock
from crowd.services.reaching import talking
from crowd.services.reviewing import Meant
from crowd.services.sending import NO_EFFECT
from experiments.errors import IllegalTransition
from experiments.types import JsonObject
from participants.identity import external_id_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Kind, State = Errand.Kind, Errand.State
AT_ONCE: Final = 50
LEFT_BEHIND: Final = timedelta(minutes=10)


@transaction.atomic
def order_errand(campaign: Campaign, plan: ErrandPlan, meant: Meant, *, now: datetime) -> int:
    """Have it done; how many rows are new. Ordered again with the same words it adds nothing."""
    campaign = lock(campaign)
    if meant.sha256 != plan.sha256:
        raise NotConfirmed("It has changed since you looked at it: nothing was done.", hint="Look at it again.")
    if not plan.people:
        why = f" {plan.left_out[0].why_not}" if plan.left_out else ""
        raise NotConfirmed(f"There is nobody to {plan.kind}.{why}", hint="Choose who is meant.")
    if " ".join(meant.typed.lower().split()) != plan.phrase:
        raise NotConfirmed(f"It is confirmed with “{plan.phrase}”, not with “{meant.typed}”: nothing was done.")
    keys = keys_of(plan.kind, plan.subject, plan.text, plan.people)
    known = known_keys(keys)
    new = [each for each in plan.people if (each, keys[each]) not in known]
    Errand.objects.bulk_create(
        Errand(
            campaign=campaign,
            participant_id=each,
            kind=plan.kind,
            subject=plan.subject,
            text=plan.text,
            key=keys[each],
            by=meant.by,
            at=now,
        )
        for each in new
    )
    subject = f"campaign:{campaign.uuid}"
    payload: JsonObject = {"kind": plan.kind, "people": len(new)}
    events.record(CrowdEvent.ERRAND_ORDERED, campaign.experiment, subject=subject, at=now, payload=payload)
    return len(new)


@transaction.atomic
def say_done(errand: Errand, *, by: User, now: datetime) -> Errand:
    """Somebody looked at the platform: an unknown one has reached its person. Twice is as good as once."""
    errand = _locked(errand)
    if errand.state == State.DONE:
        return errand
    _require(errand, State.UNKNOWN)
    return _decided(errand, State.DONE, by=by, now=now)


@transaction.atomic
def send_again(errand: Errand, *, by: User, now: datetime) -> Errand:
    """One that is unknown has not arrived, or one that failed may go through now: it is run again."""
    errand = _locked(errand)
    if errand.state == State.PLANNED:
        return errand
    _require(errand, State.UNKNOWN, State.FAILED)
    return _decided(errand, State.PLANNED, by=by, now=now)


@transaction.atomic
def call_off(errand: Errand, *, by: User, now: datetime) -> Errand:
    """One that waits or failed is not run any more."""
    errand = _locked(errand)
    if errand.state == State.OFF:
        return errand
    _require(errand, State.PLANNED, State.FAILED)
    return _decided(errand, State.OFF, by=by, now=now)


DECISIONS: Final = {"done": say_done, "again": send_again, "off": call_off}
"""What somebody decides about one > the service."""


def _locked(errand: Errand) -> Errand:
    rows = Errand.objects.select_related("campaign__experiment", "participant", "by")
    return rows.select_for_update(of=("self",)).get(pk=errand.pk)


def _require(errand: Errand, *states: str) -> None:
    if errand.state not in states:
        raise IllegalTransition(
            f"It is {errand.get_state_display().lower()} by now: nothing was done.", hint="Look at it again."
        )


def _decided(errand: Errand, state: str, *, by: User, now: datetime) -> Errand:
    """Its new state, and who said so."""
    before, errand.state, errand.trouble, errand.sent_at = errand.state, state, "", None
    errand.done_at = now if state == State.DONE else None
    errand.save(update_fields=["state", "trouble", "sent_at", "done_at"])
    subject = f"campaign:{errand.campaign.uuid}"
    payload: JsonObject = {
        "errand": str(errand.uuid),
        "kind": errand.kind,
        "before": before,
        "state": state,
        "by": by.get_username(),
    }
    events.record(CrowdEvent.ERRAND_DECIDED, errand.campaign.experiment, subject=subject, at=now, payload=payload)
    return errand


def accounts_with_errands(now: datetime) -> list[int]:
    """Ids of accounts that answer and have some to run."""
    waiting = Q(state=State.PLANNED) | Q(state=State.SENDING, sent_at__lte=now - LEFT_BEHIND)
    rows = Errand.objects.filter(waiting).exclude(campaign__account__rests_until__gt=now).order_by()
    return sorted(rows.values_list("campaign__account", flat=True).distinct())


def run_errands(account: Account, *, clock: Callable[[], datetime]) -> Counter[str]:
    """Some of those that wait, one call each; how they ended. Stops where the platform does not answer."""
    _pick_up(account, clock())
    ended: Counter[str] = Counter()
    for _ in range(AT_ONCE):
        errand = _take(account, clock())
        if errand is None:
            break
        state = _run(errand, account, clock())
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
    except NeedsOperator as error:  # the account rests till somebody has acted; then it goes on by itself
        return _end(errand, State.PLANNED, error.message, now)
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
    """Written unless somebody has taken it for left behind meanwhile, and decided otherwise."""
    done_at = now if state == State.DONE else None
    ours = Errand.objects.filter(pk=errand.pk, state=State.SENDING, sent_at=errand.sent_at)
    ours.update(state=state, trouble=trouble[:500], done_at=done_at)
    return state
