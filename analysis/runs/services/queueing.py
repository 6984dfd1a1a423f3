"""Make batches, and queue the runs that are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max

from analysis.runs.diary import BatchEvent, note
from analysis.runs.events import RunEventKind, Said, batch_is, batch_lines, lines, run_is
from analysis.runs.guards import require_allowed
from analysis.runs.models import Batch, Run, RunEvent, Status
from analysis.runs.planned import Planned
from analysis.runs.services.adopting import assign_arms
from experiments.errors import BadValue, Conflict, Frozen
from experiments.models import Experiment, Unit, UnitKind
from experiments.models import Status as ExperimentStatus
from experiments.services.lifecycle import start_experiment
from experiments.types import JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Order:
    """What a batch is to be; the columns of `Batch` of the same names say more."""

    slug: str
    procedure: str
    document: JsonObject
    source: str = ""
    title: str = ""
    seed: int = 18
    epochs: int = 1
    is_reserved: bool = False
    priority: int = 0
    time_limit: int | None = None
    memory_limit: int | None = None
    max_attempts: int = 3


@transaction.atomic
def create_batch(experiment: Experiment, order: Order, *, now: datetime, user: User | None = None) -> Batch:
    """A batch without runs. BadValue if the experiment's units are no runs; Conflict if the name is taken."""
    if experiment.unit_kind != UnitKind.RUN:
        raise BadValue(f"“{experiment.title}” is about {experiment.unit_kind}s; a batch needs one about runs.")
    if experiment.status == ExperimentStatus.ARCHIVED:
        raise Frozen(f"“{experiment.title}” is archived; nothing is computed for it any more.")
    columns = {name: getattr(order, name) for name in Order.__slots__}
    batch = Batch(experiment=experiment, created_by=user, created_at=now, **columns)
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(f"There is a batch called “{order.slug}” already.", hint="Choose another name.") from error
    note(BatchEvent.CREATED, batch, now=now, payload={"procedure": batch.procedure})
    return batch


@transaction.atomic
def queue_runs(batch: Batch, planned: Sequence[Planned], *, now: datetime) -> list[Run]:
    """Queue those whose digest the batch does not have yet, in their order. Returns them.

    A batch that was over is open again; in a paused one, the new runs are paused. The experiment runs from then on.
    BadValue, and none is queued, if one would read what it may not.
    """
    batch = Batch.objects.select_for_update(no_key=True).select_related("experiment").get(pk=batch.pk)
    missing = _missing(batch, planned)
    if not missing:
        return []
    require_allowed(batch.experiment, {one.setting_digest: one.setting for one in missing}.values())
    status = Status.PAUSED if batch.status == Status.PAUSED else Status.QUEUED
    first = (Run.objects.filter(batch=batch).aggregate(last=Max("number"))["last"] or 0) + 1
    runs = [_run(batch, one, number, status=status, now=now) for number, one in enumerate(missing, first)]
    _insert(batch, runs, now=now)
    assign_arms(batch, runs, now=now)
    if batch.experiment.status == ExperimentStatus.DRAFT:
        start_experiment(batch.experiment)
    _open_again(batch, now=now)
    note(BatchEvent.GROWN, batch, now=now, payload={"n": len(runs)})
    return runs


def _missing(batch: Batch, planned: Sequence[Planned]) -> list[Planned]:
    wanted = {one.digest: one for one in planned}
    known = Run.objects.filter(batch=batch).values_list("digest", flat=True)
    there = set(known if len(wanted) > AT_ONCE else known.filter(digest__in=wanted))
    return [one for digest, one in wanted.items() if digest not in there]


def _run(batch: Batch, planned: Planned, number: int, *, status: Status, now: datetime) -> Run:
    return Run(
        batch=batch,
        number=number,
        setting=planned.setting,
        setting_digest=planned.setting_digest,
        outer_fold=planned.fold.outer,
        inner_fold=planned.fold.inner,
        seed=planned.seed,
        epochs=planned.epochs,
        digest=planned.digest,
        identity=planned.identity,
        proposal=planned.proposal,
        warm_from_id=planned.warm_from,
        status=status,
        priority=batch.priority,
        created_at=now,
    )


def _insert(batch: Batch, runs: Sequence[Run], *, now: datetime) -> None:
    """Units, runs and their first two events."""
    units = [_unit(batch, run) for run in runs]
    Unit.objects.bulk_create(units, batch_size=AT_ONCE)
    for run, unit in zip(runs, units, strict=True):
        run.unit = unit
    Run.objects.bulk_create(runs, batch_size=AT_ONCE)
    said = [line for run in runs for line in lines(run, _first_words(run, now))]
    RunEvent.objects.bulk_create(said, batch_size=AT_ONCE)
    Run.objects.filter(pk__in=[run.pk for run in runs]).update(n_events=2)


def _unit(batch: Batch, run: Run) -> Unit:
    return Unit(
        experiment=batch.experiment,
        kind=UnitKind.RUN,
        key=f"{batch.uuid.hex}:{run.digest}",
        attributes=_attributes(run),
    )


def _attributes(run: Run) -> Mapping[str, int | str]:
    folds = {"outer_fold": run.outer_fold, "inner_fold": run.inner_fold}
    return {"number": run.number, **{name: fold for name, fold in folds.items() if fold is not None}}


def _first_words(run: Run, now: datetime) -> list[Said]:
    configured: JsonObject = {
        "number": run.number,
        "setting": run.setting,
        "outer_fold": run.outer_fold,
        "inner_fold": run.inner_fold,
        "seed": run.seed,
        "epochs": run.epochs,
    }
    return [Said(RunEventKind.RUN_CONFIGURED, configured, now), run_is(run.status, now)]


def _open_again(batch: Batch, *, now: datetime) -> None:
    if batch.is_over:
        batch.status, batch.finished_at = Status.QUEUED, None
    RunEvent.objects.bulk_create(batch_lines(batch, [batch_is(batch.status, now)]))
    batch.save(update_fields=["status", "finished_at", "n_events"])
