"""What workers do for this room. The table is the queue; a message only says that it is worth a look."""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING

from celery import current_app, shared_task
from django.db import transaction
from django.utils import timezone
from kombu import Queue
from kombu.exceptions import ChannelError, OperationalError

from analysis.runs.models import Batch, Run
from analysis.runs.services import claiming, keeping, noticing, settling

if TYPE_CHECKING:
    from analysis.runs.working.worker import Worker

log = logging.getLogger(__name__)
QUEUE = "runs"
MOST_MESSAGES = 64
SHIFT_SECONDS = 600.0
"""A worker looks at its other messages so often."""
A_MONTH = 30 * 86_400


@shared_task(name="analysis.runs.tasks.work", acks_late=False, time_limit=A_MONTH, soft_time_limit=A_MONTH)
def work() -> dict[str, int]:
    """Do runs until none waits. Lost with its worker, it is not sent again: the sweep sees what is left."""
    from analysis.runs.working.worker import Errand

    done = dict(_worker().work(Errand(until_empty=True, seconds=SHIFT_SECONDS)))
    if Run.objects.claimable(timezone.now()).for_everybody().exists():
        work.delay()
    return done


@shared_task(name="analysis.runs.tasks.look_after_runs")
def look_after_runs() -> int:
    """Take runs from the dead, close what is done, and wake workers for what waits. How many were woken."""
    now = timezone.now()
    for run in claiming.sweep_lost(now=now):
        settling.settle(run, now=now)
    settling.sweep_open_batches(now=now)
    return wake(Run.objects.claimable(now).for_everybody()[:MOST_MESSAGES].count()) if not _waiting_messages() else 0


@shared_task(name="analysis.runs.tasks.sweep_files")
def sweep_files() -> int:
    """Away with files that no row knows, and with folders of batches that are no more."""
    from analysis.runs.working.folders import forget_deleted

    forget_deleted()
    return keeping.sweep_files(now=timezone.now())


@shared_task(name="analysis.runs.tasks.tell_hooks")
def tell_hooks() -> int:
    """Tell the hooks what they are owed. How many were told."""
    noticing.owe_missing(now=timezone.now())
    return noticing.tell_due()


def wake(n: int) -> int:
    """Send so many messages, at most 64; a broker that is away is told to nobody: the sweep sends them later."""
    n = min(n, MOST_MESSAGES)
    try:
        for _ in range(n):
            work.apply_async(retry=False)
    except OperationalError as error:
        log.warning("No worker could be woken (%s); the sweep does it later.", error)
        return 0
    return n


def wake_for(batch: Batch) -> None:
    """Once what was done is committed, send a message for each of its runs that waits."""
    pk = batch.pk

    def send() -> None:
        wake(Run.objects.claimable(timezone.now()).for_everybody().filter(batch=pk)[:MOST_MESSAGES].count())

    transaction.on_commit(send)


@cache
def _worker() -> Worker:
    """One for each process, so that what it imports is there for the next run."""
    from analysis.runs.working.pool import allow_children
    from analysis.runs.working.worker import Worker

    allow_children()
    return Worker()


def _waiting_messages() -> int:
    """Messages that no worker took yet."""
    try:
        with current_app.connection_for_write() as connection:
            return int(getattr(Queue(QUEUE)(connection).queue_declare(passive=True), "message_count", 0))
    except ChannelError:  # nobody ever sent one
        return 0
