"""Tell the platforms who is on which list. Each call may be repeated; rows are taken by lease."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from crowd.errors import PlatformError, PlatformRefused
from crowd.models import Account, ExclusionMember, ExclusionSet
from crowd.platforms.base import Platform
from crowd.querysets import ExclusionMemberQuerySet, ExclusionSetQuerySet
from crowd.services.leasing import give_back, take, went_well, went_wrong
from crowd.services.reaching import reach
from crowd.services.resting import answered, is_resting, rest
from participants.identity import external_ids_of

if TYPE_CHECKING:
    import numpy as np

Clock = Callable[[], datetime]
TOGETHER: Final = 50
SHIFT: Final = timedelta(seconds=20)


def push_lists(account: Account, *, clock: Clock, rng: np.random.Generator, shift: timedelta = SHIFT) -> int:
    """Make the account's lists, put people on them and take them off: how many rows were brought on.

    Ends when nothing is due, the account has to rest, or the shift is over.
    """
    done, until = 0, clock() + shift
    while (now := clock()) < until and not is_resting(account, now):
        rows = _take(account, now)
        if not rows:
            break
        try:
            _bring_on(reach(account), rows, now)
            account = answered(account, now=now)
        except PlatformError as error:
            chance = float(rng.random())
            for row in rows:
                went_wrong(row, error, now=now, chance=chance)
            account = rest(account, error, now=now, chance=chance)
        done += len(rows)
    return done


def accounts_with_lists(now: datetime) -> list[int]:
    """Ids of accounts at which a list is to be made or changed."""
    sets = _sets_to_make(now).order_by().values_list("account", flat=True)
    members = _members_to_push(now).order_by().values_list("set__account", flat=True)
    return sorted({*sets.distinct(), *members.distinct()})


def _sets_to_make(now: datetime) -> ExclusionSetQuerySet:
    rows = ExclusionSet.objects.ready(now).filter(external_id="").exclude(refused="made")
    return rows.exclude(account__rests_until__gt=now)


def _members_to_push(now: datetime) -> ExclusionMemberQuerySet:
    rows = ExclusionMember.objects.to_push().ready(now).exclude(set__external_id="")
    return rows.exclude(set__account__rests_until__gt=now)


def _take(account: Account, now: datetime) -> list[ExclusionSet] | list[ExclusionMember]:
    """A list to be made; else some people who are all to go onto one list, or off it."""
    sets = take(_sets_to_make(now).filter(account=account).order_by("pk"), now=now)
    if sets:
        return sets
    members = _members_to_push(now).filter(set__account=account).order_by("pk")
    first = members.first()
    if first is None:
        return []
    alike = members.filter(set=first.set_id, desired=first.desired).select_related("set", "participant")
    return take(alike, now=now, most=TOGETHER)


def _bring_on(platform: Platform, rows: list[ExclusionSet] | list[ExclusionMember], now: datetime) -> None:
    members = [row for row in rows if isinstance(row, ExclusionMember)]
    for row in rows:
        if isinstance(row, ExclusionSet):
            went_well(row, external_id=platform.exclusion(row.name), told="made", observed_at=now)
    if members:
        _tell(platform, members, now)


def _tell(platform: Platform, members: list[ExclusionMember], now: datetime) -> None:
    """All in one call; where that is refused, one by one, so that nobody stands in another's way."""
    workers = external_ids_of([member.participant_id for member in members])
    known = [member for member in members if member.participant_id in workers]
    for erased in (member for member in members if member.participant_id not in workers):
        give_back(erased, refused=erased.asked, trouble="Their id was erased.")
    try:
        _call(platform, known, workers)
    except PlatformRefused:
        if len(known) <= 1:
            raise
        for member in known:
            _tell_alone(platform, member, workers, now)
        return
    for member in known:
        went_well(member, observed=member.desired, observed_at=now)


def _tell_alone(platform: Platform, member: ExclusionMember, workers: dict[int, str], now: datetime) -> None:
    try:
        _call(platform, [member], workers)
    except PlatformRefused as refusal:
        went_wrong(member, refusal, now=now, chance=0.5)
    else:
        went_well(member, observed=member.desired, observed_at=now)


def _call(platform: Platform, members: list[ExclusionMember], workers: dict[int, str]) -> None:
    if not members:
        return
    ids = tuple(workers[member.participant_id] for member in members)
    change = platform.exclude if members[0].desired else platform.readmit
    change(members[0].set.external_id, ids)
