"""A batch is over when all of its runs are. Whoever follows a batch hears of its runs, and of its end, once each time.

Searches that learn from results propose more runs here; hooks of functions are told here. Both register by name.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final, Protocol

from django.db import transaction

from analysis.runs.diary import BatchEvent, note
from analysis.runs.events import batch_is, batch_lines
from analysis.runs.models import Batch, Run, RunEvent, Status
from analysis.runs.models.status import OVER

log = logging.getLogger(__name__)

Proposer = Callable[[Batch, datetime], int]
"""Queue what a search wants next, if anything; how many. Called in a transaction that holds the batch's row."""

PROPOSERS: Final[dict[str, Proposer]] = {}
"""By the kind of search that the document names."""


class Follower(Protocol):
    """Somebody outside who is told, after the commit. What it raises is logged and changes nothing."""

    def run_is_over(self, run: Run) -> None:
        """Completed, failed or cancelled."""
        ...

    def batch_is_over(self, batch: Batch) -> None:
        """No run is left to do."""
        ...


FOLLOWERS: Final[dict[str, Follower]] = {}


def settle(run: Run, *, now: datetime) -> Batch | None:
    """After a run was committed as over: tell, propose, close the batch if nothing is left. The closed batch, or None.

    Call it outside the run's transaction: the last two runs of a batch would each wait for the other's word.
    """
    if run.status not in OVER:
        return None
    _tell(run, lambda follower: follower.run_is_over(run))
    return settle_batch(run.batch_id, now=now)


def settle_many(runs: Sequence[Run], *, now: datetime) -> None:
    """The same for many at once: each run is told, each batch is looked at once."""
    over = [run for run in runs if run.status in OVER]
    for run in over:
        _tell(run, partial(_hear_run, run))
    for pk in dict.fromkeys(run.batch_id for run in over):
        settle_batch(pk, now=now)


def _hear_run(run: Run, follower: Follower) -> None:
    follower.run_is_over(run)


def settle_batch(pk: int, *, now: datetime) -> Batch | None:
    """Propose, and close the batch if nothing is left. Closing twice is closing once; a deleted one is passed over."""
    batch = Batch.objects.only("document").filter(pk=pk).first()
    if batch is None or (_proposer(batch) is None and _has_open_runs(pk)):
        return None
    closed = _close(pk, now=now)
    if closed is not None:
        _tell(closed, lambda follower: follower.batch_is_over(closed))
    return closed


def sweep_open_batches(*, now: datetime) -> list[Batch]:
    """Close what a worker left behind that died between its last run's commit and the batch's."""
    still = Batch.objects.filter(status__in=(Status.QUEUED, Status.RUNNING)).exclude(runs=None)
    idle = still.exclude(runs__status__in=(Status.QUEUED, Status.RUNNING, Status.PAUSED))
    closed = (settle_batch(pk, now=now) for pk in idle.values_list("pk", flat=True))
    return [batch for batch in closed if batch is not None]


@transaction.atomic
def _close(pk: int, *, now: datetime) -> Batch | None:
    locked = Batch.objects.select_for_update(no_key=True, of=("self",)).select_related("experiment")
    batch = locked.filter(pk=pk).first()
    if batch is None or batch.is_over or batch.status == Status.PAUSED:
        return None
    propose = _proposer(batch)
    if (propose is not None and propose(batch, now)) or _has_open_runs(pk):
        return None
    counts = Run.objects.filter(batch=batch, is_wanted=True).by_status()
    batch.refresh_from_db(fields=["n_events"])
    batch.status, batch.finished_at = _end(counts), now
    RunEvent.objects.bulk_create(batch_lines(batch, [batch_is(batch.status, now, **counts)]))
    batch.save(update_fields=["status", "finished_at", "n_events"])
    note(BatchEvent.FINISHED, batch, now=now, payload={"status": batch.status, **counts})
    return batch


def _proposer(batch: Batch) -> Proposer | None:
    document = batch.document if isinstance(batch.document, Mapping) else {}
    search = document.get("search")
    return PROPOSERS.get(str(search.get("kind") if isinstance(search, Mapping) else search))


def _has_open_runs(pk: int) -> bool:
    return Run.objects.filter(batch_id=pk).exclude(status__in=OVER).exists()


def _end(counts: Mapping[str, int]) -> Status:
    if counts.get(Status.FAILED):
        return Status.FAILED
    return Status.COMPLETED if counts.get(Status.COMPLETED) or not counts else Status.CANCELLED


def _tell(about: Run | Batch, tell: Callable[[Follower], None]) -> None:
    for name, follower in FOLLOWERS.items():
        try:
            tell(follower)
        except Exception:
            log.exception("%s could not be told of %s; what is computed stays.", name, about)
