"""Read what the platforms show, page by page. Reading alone is enough: notices only say where to look sooner.

The table is the queue: a posting whose counts changed is marked, marked postings are read, and what was read is marked
no more in the transaction that writes it. Whoever is killed in between leaves only what is read once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

from django.db import transaction
from django.db.models import Q

from crowd.errors import NeedsOperator, PlatformError, PlatformRefused, PlatformUnavailable
from crowd.leases import READ
from crowd.models import Account, Posting
from crowd.platforms import NOT_READ
from crowd.platforms.base import Platform, PostingSeen, SubmissionSeen
from crowd.reads.activity import activity_of
from crowd.reconcile.pace import look_again_after
from crowd.reconcile.submissions import ECHO
from crowd.reconcile.words import PostingSight
from crowd.services.carrying_out import Clock
from crowd.services.observing import POSTING_COLUMNS, observe_listed, observe_unlisted, posting_columns, posting_line
from crowd.services.reaching import reach
from crowd.services.resting import answered, rest
from experiments.models import Event

if TYPE_CHECKING:
    import numpy as np

SHIFT: Final = timedelta(seconds=60)
PAGE: Final = 100
TOGETHER: Final = 25
"""Postings whose submissions are written in one transaction."""
AT_MOST: Final = 500
"""Submissions held in memory at a time."""
SURELY: Final = timedelta(hours=1)
"""A posting on which something is open is read again then, whatever its counts say."""
OVER: Final = (PostingSight.GONE, PostingSight.ABSENT)

T = TypeVar("T")


@dataclass
class Reading:
    """What one look at an account told. is_whole: nothing was left for the next."""

    postings: int = 0
    postings_changed: int = 0
    read: int = 0
    submissions: int = 0
    submissions_changed: int = 0
    submissions_new: int = 0
    is_whole: bool = True
    trouble: str = ""


@dataclass
class Poller:
    """Somebody who reads one account, alone. until: of the shift. refused: posting > why nothing was told of it."""

    account: Account
    clock: Clock
    until: datetime
    reading: Reading = field(default_factory=Reading)
    refused: dict[str, str] = field(default_factory=dict)

    def skip(self, external_id: str, refusal: PlatformRefused) -> None:
        """The platform says nothing of that one: the others are read all the same. NeedsOperator is about them all."""
        if isinstance(refusal, NeedsOperator):
            raise refusal
        self.refused[external_id] = self.reading.trouble = refusal.message

    def go_on(self) -> bool:
        """Say that we are still at it. False: the shift is over, or somebody took over."""
        now = self.clock()
        if now < self.until and READ.hold(self.account, now + READ.length):
            return True
        self.reading.is_whole = False
        return False


def poll_account(
    account: Account, *, clock: Clock, rng: np.random.Generator, shift: timedelta = SHIFT
) -> Reading | None:
    """Read one account and write what changed. None: somebody is at it, it has to rest, or nobody is to be read.

    Trouble of the account is written on it, with when it is tried again; it is no error of ours.
    """
    now = clock()
    poller = _begin(account, clock, now + shift)
    if poller is None:
        return None
    try:
        platform = reach(account)
        _read_postings(poller, platform)
        _read_submissions(poller, platform)
    except PlatformError as error:
        poller.reading.trouble = error.message
        heals = isinstance(error, PlatformUnavailable | NeedsOperator)  # else it says the same again: no hurry
        poller.reading.is_whole = poller.reading.is_whole and not heals
        rest(account, error, now=clock(), chance=float(rng.random()), is_reading=True)
    else:
        answered(account, now=clock(), is_reading=True)
    _end(poller)
    return poller.reading


def due_accounts(now: datetime) -> list[int]:
    """Ids of accounts to read: their time has come, and nobody is at them."""
    is_time = Q(poll_due__isnull=True) | Q(poll_due__lte=now)
    due = Account.objects.filter(is_time & _free(now)).exclude(platform__in=NOT_READ)
    return list(due.order_by("poll_due", "pk").values_list("pk", flat=True))


def _free(now: datetime) -> Q:
    return READ.is_free(now) & (Q(rests_until__isnull=True) | Q(rests_until__lte=now) | Q(reads_on=True))


def _begin(account: Account, clock: Clock, until: datetime) -> Poller | None:
    now = clock()
    free = Account.objects.filter(_free(now), pk=account.pk).exclude(platform__in=NOT_READ)
    if not free.update(polling_until=now + READ.length):
        return None
    account.refresh_from_db()
    return Poller(account, clock, until)


def _end(poller: Poller) -> None:
    """Give it back, and say when it is to be read again: at once, if something was left."""
    now, account = poller.clock(), poller.account
    due = now + look_again_after(activity_of(account, now)) if poller.reading.is_whole else now
    READ.hold(account, None, polled_at=now, poll_due=due)


def _read_postings(poller: Poller, platform: Platform) -> None:
    """All of ours that may still change, out of the platform's list; what the list lacks is asked for by itself."""
    ours = Posting.objects.known().filter(campaign__account=poller.account).exclude(observed__in=OVER)
    missing = set(ours.values_list("external_id", flat=True))
    if not missing:
        return
    for page in _pages(platform.postings(), PAGE):
        found = {seen.external_id: seen for seen in page if seen.external_id in missing}
        missing -= found.keys()
        _observe(poller, found)
        if not missing or not poller.go_on():
            return
    for external_id in sorted(missing):
        try:
            _observe(poller, {external_id: platform.posting(external_id)})
        except PlatformRefused as refusal:
            poller.skip(external_id, refusal)
        if not poller.go_on():
            return


@transaction.atomic
def _observe(poller: Poller, found: dict[str, PostingSeen] | dict[str, PostingSeen | None]) -> None:
    now = poller.clock()
    rows = Posting.objects.filter(campaign__account=poller.account, external_id__in=list(found))
    related = rows.select_related("campaign__experiment")
    changed, lines = [], []
    for row in related.select_for_update(of=("self",), no_key=True).order_by("pk"):
        poller.reading.postings += 1
        seen = found[row.external_id]
        if seen is None and row.observed_at is not None and now - row.observed_at < ECHO:
            continue  # too young to be missed
        columns = posting_columns(row, seen, now=now)
        if seen is not None and seen.pending is None and seen.completed is None:
            columns["look_at"] = now  # no counts would tell that somebody submitted
        if columns:
            lines.append(posting_line(row, columns, now=now))
            for name, value in columns.items():
                setattr(row, name, value)
            changed.append(row)
    poller.reading.postings_changed += len(changed)
    Posting.objects.bulk_update(changed, POSTING_COLUMNS)
    Event.objects.bulk_create([line for line in lines if line is not None])


def _read_submissions(poller: Poller, platform: Platform) -> None:
    """Of the postings that are marked, the longest waiting first."""
    while poller.go_on():
        postings = _marked(poller)
        if not postings:
            return
        began = poller.clock()
        listed = _read_listed(poller, platform, postings)
        if listed is None:
            return
        _unmark(poller, postings, listed, began)


def _marked(poller: Poller) -> list[Posting]:
    rows = Posting.objects.to_look_at(poller.clock()).filter(campaign__account=poller.account)
    related = rows.select_related("campaign__account", "campaign__experiment__study")
    return list(related.order_by("look_at", "pk")[:TOGETHER])


def _read_listed(poller: Poller, platform: Platform, postings: list[Posting]) -> set[str] | None:
    """Write what the postings list, some hundred at a time: the ids. None: the shift ended before it was all read."""
    listed: set[str] = set()
    for page in _pages(_submissions(poller, platform, postings), AT_MOST):
        changes = observe_listed(postings, page, now=poller.clock())
        listed.update(seen.external_id for seen in page)
        poller.reading.submissions += len(page)
        poller.reading.submissions_changed += len(changes.changed)
        poller.reading.submissions_new += len(changes.new)
        if len(page) == AT_MOST and not poller.go_on():
            return None
    return listed


def _submissions(poller: Poller, platform: Platform, postings: list[Posting]) -> Iterator[SubmissionSeen]:
    for posting in postings:
        try:
            yield from platform.submissions(posting.external_id)
        except PlatformRefused as refusal:
            poller.skip(posting.external_id, refusal)


@transaction.atomic
def _unmark(poller: Poller, postings: list[Posting], listed: set[str], began: datetime) -> None:
    """They were read to the end. Whoever marked one since we began is not overheard."""
    told = [posting for posting in postings if posting.external_id not in poller.refused]
    changes = observe_unlisted(told, listed, now=poller.clock())
    poller.reading.submissions_changed += len(changes.changed)
    poller.reading.read += len(told)
    for posting in postings:
        if why := poller.refused.get(posting.external_id):
            Posting.objects.filter(pk=posting.pk).update(look_at=began + SURELY, trouble=why[:500])
    marked = Posting.objects.filter(pk__in=[posting.pk for posting in told], look_at__lte=began)
    over = Q(observed__in=(PostingSight.CLOSED, *OVER)) & ~Q(submissions__desired="undecided")
    settled = list(marked.filter(over).values_list("pk", flat=True).distinct())
    marked.filter(pk__in=settled).update(look_at=None)
    marked.exclude(pk__in=settled).update(look_at=began + SURELY)


def _pages(items: Iterable[T], size: int) -> Iterator[list[T]]:
    each = iter(items)
    while page := list(islice(each, size)):
        yield page
