"""What hooks are owed when runs and batches are over, and telling it. Owed once; told at least once, with one id.

A hook never touches what it is told of: whatever becomes of it, the run and its result stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from analysis.runs.hooks.errors import Undeliverable
from analysis.runs.hooks.kinds import KINDS, Occasion
from analysis.runs.hooks.parsing import Hook, hooks_of
from analysis.runs.models import Batch, Notice, Run, Status
from experiments.types import Json, JsonObject

MOST_TRIES: Final = 8
FIRST_PAUSE: Final = timedelta(seconds=5)
"""Doubled with each try: the last is about ten minutes after the first."""
MINE: Final = timedelta(minutes=2)
"""So long nobody else tells a notice that somebody is telling."""

OF_RUN: Final = {Status.COMPLETED: Occasion.RUN_COMPLETED, Status.FAILED: Occasion.RUN_FAILED}
OF_BATCH: Final = {Status.COMPLETED: Occasion.BATCH_COMPLETED, Status.FAILED: Occasion.BATCH_FAILED}


def owe_for_runs(batch: Batch, runs: Sequence[Run], *, now: datetime) -> None:
    """A notice for each hook and each run that is over. What is owed already is not owed again."""
    owed = []
    for hook in hooks_of(batch.document):
        for run in runs:
            occasion = OF_RUN.get(Status(run.status))
            if occasion in hook.on:
                owed.append(_notice(batch, hook, occasion, about=f"{occasion}:{run.attempt}", run=run))
    _owe(owed, now=now)


def owe_for_batch(batch: Batch, *, now: datetime) -> None:
    """The same for the batch, each time that it is over."""
    occasion, ended = OF_BATCH.get(Status(batch.status)), batch.finished_at
    if occasion is None or ended is None:
        return
    about = f"{occasion}:{ended:%Y%m%dT%H%M%S.%f}"
    hooks = [hook for hook in hooks_of(batch.document) if occasion in hook.on]
    _owe([_notice(batch, hook, occasion, about=about) for hook in hooks], now=now)


def owe_for_drift(batch: Batch, run: Run, *, about: str, now: datetime) -> None:
    """For a model that no longer holds its constraints. about: what proved it, so that it is owed once."""
    hooks = [hook for hook in hooks_of(batch.document) if Occasion.MODEL_DRIFTED in hook.on]
    occasion = Occasion.MODEL_DRIFTED
    _owe([_notice(batch, hook, occasion, about=f"{occasion}:{about}", run=run) for hook in hooks], now=now)


def owe_missing(*, now: datetime, within: timedelta = timedelta(hours=1)) -> None:
    """What nobody noted, because a worker died between a result and the notice of it."""
    recent = Batch.objects.filter(document__has_key="hooks").filter(runs__finished_at__gte=now - within).distinct()
    for batch in recent:
        owe_for_runs(batch, list(Run.objects.filter(batch=batch, finished_at__gte=now - within)), now=now)
        owe_for_batch(batch, now=now)


def tell_due(*, most: int = 50, batch: Batch | None = None) -> int:
    """Tell what is due, one after the other; how many were told."""
    n = 0
    for _ in range(most):
        notice = _take(batch)
        if notice is None:
            break
        n += _tell(notice)
    return n


def tell_again(notice: Notice, *, now: datetime) -> Notice:
    """A notice that was given up gets all its tries once more. One that was told stays told."""
    if notice.status == Notice.Status.FAILED:
        notice.status, notice.tries, notice.due = Notice.Status.OWED, 0, now
        notice.save(update_fields=["status", "tries", "due"])
    return notice


class NoticingFollower:
    """Registered with those who follow batches."""

    def run_is_over(self, run: Run) -> None:
        """Owe; whoever tells comes by every few seconds."""
        owe_for_runs(run.batch, [run], now=timezone.now())

    def batch_is_over(self, batch: Batch) -> None:
        """The same."""
        owe_for_batch(batch, now=timezone.now())


def news_of(notice: Notice) -> JsonObject:
    """What a hook is told."""
    batch, run = notice.batch, notice.run
    about: dict[str, Json] = {
        "id": str(notice.uuid),
        "occasion": notice.occasion,
        "sentence": _sentence(notice),
        "batch": batch.slug,
        "experiment": batch.experiment.slug,
        "url": f"{settings.PUBLIC_URL}{_page(notice)}",
        "at": notice.created_at.isoformat(),
    }
    return {**about, **(_about_run(run) if run is not None else {"counts": _counts(batch)})}


def _page(notice: Notice) -> str:
    """Where somebody looks into it."""
    if notice.run is not None:
        return reverse("runs:run", args=[notice.run.uuid])
    return f"{reverse('runs:board', args=[notice.batch.experiment.slug])}?batch={notice.batch.slug}"


def _about_run(run: Run) -> JsonObject:
    about: dict[str, Json] = {
        "run": run.number,
        "setting": run.setting,
        "outer_fold": run.outer_fold,
        "inner_fold": run.inner_fold,
        "seed": run.seed,
        "attempt": run.attempt,
        "seconds": round(run.seconds, 3),
    }
    if run.status == Status.COMPLETED:
        return {**about, "result": run.result, "primary": run.primary}
    return {**about, "error": run.error, "error_kind": run.error_kind}


def _sentence(notice: Notice) -> str:
    batch, run = notice.batch, notice.run
    if run is not None and notice.occasion == Occasion.MODEL_DRIFTED:
        return f"New data break a constraint of the model of run {run.number} of “{batch}”: no arm serves it any more"
    if run is not None:
        end = "is completed" if notice.occasion == Occasion.RUN_COMPLETED else f"failed: {run.error[:300]}"
        return f"Run {run.number} of “{batch}” {end}"
    counts = _counts(batch)
    if notice.occasion == Occasion.BATCH_COMPLETED:
        return f"“{batch}” is completed: {counts.get('completed', 0):,} runs"
    return f"“{batch}” is over: {counts.get('failed', 0):,} of {sum(counts.values()):,} runs failed"


def _counts(batch: Batch) -> dict[str, int]:
    rows = Run.objects.filter(batch=batch).order_by().values_list("status").annotate(n=Count("pk"))
    return {str(status): n for status, n in rows}


def _notice(batch: Batch, hook: Hook, occasion: Occasion, *, about: str, run: Run | None = None) -> Notice:
    return Notice(batch=batch, run=run, occasion=occasion, about=about, kind=hook.kind, target=hook.target)


def _owe(notices: Sequence[Notice], *, now: datetime) -> None:
    for notice in notices:
        notice.due = notice.created_at = now
    if notices:
        Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=2_000)


@transaction.atomic
def _take(batch: Batch | None) -> Notice | None:
    now = timezone.now()
    due = Notice.objects.due(now)
    due = due if batch is None else due.filter(batch=batch)
    notice = due.select_for_update(skip_locked=True, of=("self",)).select_related("batch__experiment", "run").first()
    if notice is not None:
        notice.due = now + MINE
        notice.save(update_fields=["due"])
    return notice


def _tell(notice: Notice) -> bool:
    """Outside of any transaction: the other side may take its time."""
    try:
        KINDS[notice.kind].tell(notice.target, news_of(notice))
    except Undeliverable as error:
        notice.tries += 1
        heals = error.heals and notice.tries < MOST_TRIES
        notice.status = Notice.Status.OWED if heals else Notice.Status.FAILED
        notice.due, notice.error = timezone.now() + FIRST_PAUSE * 2**notice.tries, str(error)[:10_000]
    else:
        notice.status, notice.told_at, notice.error = Notice.Status.TOLD, timezone.now(), ""
    notice.save(update_fields=["status", "tries", "due", "error", "told_at"])
    return notice.status == Notice.Status.TOLD
