"""An experiment's life: draft > rehearsal > running <> paused > completed > archived."""

from __future__ import annotations

from typing import cast

from django.db import transaction
from django.utils import timezone

from experiments import events
from experiments.beginnings import begin
from experiments.events import EventKind
from experiments.models import Experiment, Slot, Status
from experiments.readiness import ask_gates
from experiments.services.versions import publish_version
from experiments.types import JsonObject


@transaction.atomic
def rehearse_experiment(experiment: Experiment) -> Experiment:
    """Open the pages for rehearsal: everything collected is marked so and kept out of results.

    Each rehearsal begins with empty lists: an earlier one's places count no more.
    """
    if _lock(experiment).status == Status.DRAFT:
        earlier = Slot.objects.of(experiment, is_rehearsal=True)
        earlier.update(status=Slot.Status.VOID, leased_until=None)
    return _move(experiment, Status.REHEARSAL, EventKind.EXPERIMENT_REHEARSED, publish=True)


@transaction.atomic
def start_experiment(experiment: Experiment) -> Experiment:
    """Freeze the definition and let real participants in. A paused one goes on. Twice changes nothing.

    What gates let in once must stand when a paused one goes on.
    """
    locked = _lock(experiment)
    if locked.status == Status.PAUSED:
        if locked.version is not None:
            ask_gates(locked, cast(JsonObject, locked.version.definition))
        return _move(locked, Status.RUNNING, EventKind.EXPERIMENT_RESUMED)
    was_running = locked.status == Status.RUNNING
    started = _move(locked, Status.RUNNING, EventKind.EXPERIMENT_STARTED, publish=True, stamp="started_at")
    if not was_running:
        begin(started)
    return started


@transaction.atomic
def pause_experiment(experiment: Experiment) -> Experiment:
    """Let no newcomer in; people under way may finish. Pausing a paused experiment changes nothing."""
    return _move(experiment, Status.PAUSED, EventKind.EXPERIMENT_PAUSED)


@transaction.atomic
def complete_experiment(experiment: Experiment) -> Experiment:
    """End collection for good; people under way may still finish."""
    return _move(experiment, Status.COMPLETED, EventKind.EXPERIMENT_COMPLETED, stamp="completed_at")


@transaction.atomic
def archive_experiment(experiment: Experiment) -> Experiment:
    """Put it away: it leaves the lists, its data stay."""
    return _move(experiment, Status.ARCHIVED, EventKind.EXPERIMENT_ARCHIVED)


@transaction.atomic
def reopen_draft(experiment: Experiment) -> Experiment:
    """From rehearsal back to draft. The version stays, so that rehearsal data can still be read."""
    return _move(experiment, Status.DRAFT, EventKind.EXPERIMENT_REOPENED)


def _lock(experiment: Experiment) -> Experiment:
    return (
        Experiment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("study", "version")
        .get(pk=experiment.pk)
    )


def _move(
    experiment: Experiment, status: str, kind: EventKind, *, publish: bool = False, stamp: str = ""
) -> Experiment:
    locked = _lock(experiment)
    if locked.status == status:
        return locked
    locked.move_to(status)
    if publish:
        locked.version = publish_version(locked)
    if stamp:
        setattr(locked, stamp, timezone.now())
    locked.save(update_fields=["status", *([stamp] if stamp else [])])
    events.record(kind, experiment=locked)
    return locked
