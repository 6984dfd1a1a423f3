"""Runs as people name them: `digits/7`, `digits/best`, or a run's uuid."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from analysis.runs.measure import Goal
from analysis.runs.models import Batch, Run, Status
from experiments.errors import BadValue, Unknown

BEST = "best"


def named_run(name: str) -> Run:
    """Unknown if there is none; BadValue for what is no name of a run."""
    slug, slash, which = name.partition("/")
    if not slash:
        return _by_uuid(name)
    batch = Batch.objects.filter(slug=slug).first()
    if batch is None:
        known = ", ".join(Batch.objects.values_list("slug", flat=True)[:10]) or "none"
        raise Unknown(f"There is no batch “{slug}”.", hint=f"The newest: {known}.")
    return best_run(batch) if which == BEST else _by_number(batch, which)


def best_run(batch: Batch) -> Run:
    """The completed one whose primary figure is best; the first of several. Unknown if none has a figure."""
    completed = batch.runs.filter(status=Status.COMPLETED, primary__isnull=False)
    order = F("primary").desc() if Goal.of(batch).maximises else F("primary").asc()
    found = completed.order_by(order, "number").first()
    if found is None:
        raise Unknown(f"No run of “{batch.slug}” is completed with a figure to compare.", hint=f"{batch.slug}/1")
    return found


def _by_number(batch: Batch, which: str) -> Run:
    if not which.isdigit():
        raise BadValue(f"“{which}” is no run of a batch.", hint=f"Write {batch.slug}/7 or {batch.slug}/{BEST}.")
    found = batch.runs.filter(number=int(which)).first()
    if found is None:
        raise Unknown(f"“{batch.slug}” has no run {which}.", hint=f"It has {batch.runs.count()}.")
    return found


def _by_uuid(name: str) -> Run:
    try:
        uuid = UUID(name)
    except ValueError as error:
        raise BadValue(f"“{name}” is no run.", hint="Write BATCH/NUMBER, BATCH/best, or a run's uuid.") from error
    found = Run.objects.filter(uuid=uuid).first()
    if found is None:
        raise Unknown(f"There is no run {name}.")
    return found
