"""One attempt at one run, from the claim in hand to its end in the record."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from django.utils import timezone

from analysis.learning.running import PROCEDURES, Fold, Interrupted, Task
from analysis.runs.errors import NotHeld
from analysis.runs.events import RunEventKind, Said, append_to_run
from analysis.runs.models import Run, Status
from analysis.runs.services.claiming import Hold, release
from analysis.runs.services.ending import Failure, Used, fail_run, finish_run
from analysis.runs.services.ending_many import Ended
from analysis.runs.services.keeping import newest_state
from analysis.runs.services.settling import settle
from analysis.runs.working.folders import folder_of_batch, folder_of_run, tidy
from analysis.runs.working.group_commit import SHORT, GroupCommit
from analysis.runs.working.healing import can_heal
from analysis.runs.working.interruption import Interruption, Why
from analysis.runs.working.memory import begin_peak, limited, peak
from analysis.runs.working.patience import patiently
from analysis.runs.working.plain import plain_object
from analysis.runs.working.reporter import RunReporter
from analysis.runs.working.watch import FAULTS, Watch, sentence
from experiments.blueprint import json_object
from experiments.types import JsonObject

KEY_LENGTH: Final = 120  # of an event's key


@dataclass
class Meter:
    """What an attempt has used so far. environment: gives the key of the worker's description, as it is by then."""

    environment: Callable[[], int | None] = lambda: None
    began: float = field(default_factory=time.monotonic)
    began_cpu: float = field(default_factory=time.process_time)

    def used(self) -> Used:
        """Until now."""
        seconds, cpu = time.monotonic() - self.began, time.process_time() - self.began_cpu
        return Used(seconds, cpu, peak_memory=peak(), environment=self.environment())


def execute(
    run: Run, *, watch: Watch, environment: Callable[[], int | None] = lambda: None, group: GroupCommit | None = None
) -> Run | None:
    """Do a claimed run. The run as it stands then; None: it was lost to another worker and nothing of this counts, or
    it was short, and its result waits in the group.
    """
    hold = Hold(run.pk, run.attempt)
    begin_peak()
    meter = Meter(environment)
    watch.interruption.forget()
    watch.begin(hold, time_limit=run.batch.time_limit, memory_limit=run.batch.memory_limit)
    try:
        ended = _attempt(run, hold, watch=watch, meter=meter, may_wait=group is not None)
    except NotHeld:
        ended = None
    finally:
        watch.end()
    if isinstance(ended, Ended) and group is not None:
        group.add(ended)
        tidy(run)
        return None
    watch.let_go(hold)
    if not isinstance(ended, Run):
        return None
    run = ended
    if run.status == Status.COMPLETED:
        tidy(run)
    patiently(lambda: settle(run, now=timezone.now()))
    return run


def _attempt(run: Run, hold: Hold, *, watch: Watch, meter: Meter, may_wait: bool) -> Run | Ended:
    """Ended: a short run that said nothing to the record yet, if it may wait."""
    reporter = RunReporter(run, watch.interruption)
    try:
        result = _compute(run, reporter, watch.interruption)
        used = meter.used()
        if may_wait and reporter.is_unheard and used.seconds < SHORT:
            return Ended(run, result, used, reporter.unsaid)
        reporter.flush()
    except Interrupted:
        return _stopped(hold, watch, meter)
    except (Exception, SystemExit, GeneratorExit) as error:  # noqa: BLE001 (what a procedure raises is its run's error)
        failure = Failure(type(error).__name__, _message(error), _trace(error), can_heal(error))
        with suppress(Interrupted):  # lost by now: then it does not fail, either
            reporter.flush()
        return patiently(lambda: fail_run(hold, failure, now=timezone.now(), used=meter.used()))
    return patiently(lambda: finish_run(hold, result, now=timezone.now(), used=meter.used()))


def _compute(run: Run, reporter: RunReporter, interruption: Interruption) -> JsonObject:
    """What the procedure makes of the run, as plain JSON, with its last words written."""
    procedure = PROCEDURES.get(run.batch.procedure)
    if procedure is None:
        known = ", ".join(sorted(PROCEDURES)) or "none"
        raise LookupError(f"This worker knows no procedure called {run.batch.procedure}; it knows: {known}.")
    task = _task(run)
    with interruption.armed(), limited(run.batch.memory_limit), _alone():
        return plain_object(procedure.run(task, reporter))


@contextmanager
def _alone() -> Iterator[None]:
    """A child that the procedure forked and forgot ends here: it must be no second worker on our connection."""
    ours = os.getpid()
    try:
        yield
    finally:
        if os.getpid() != ours:
            os._exit(1)


def _task(run: Run) -> Task:
    is_fresh = run.attempt == 1 and run.warm_from_id is None  # then there is no checkpoint to look for
    resume = None if is_fresh else patiently(lambda: newest_state(run, partial(_log, run)))
    fold = Fold(run.outer_fold, run.inner_fold)
    return Task(
        json_object(run.setting),
        run.seed,
        fold=fold,
        epochs=run.epochs,
        resume=resume,
        folder=str(folder_of_run(run)),
        batch_folder=str(folder_of_batch(run.batch)),
    )


def _log(run: Run, sentence: str) -> None:
    """Into the run's log; the same sentence of one attempt stands there once."""
    key = f"passed-over:{run.attempt}:{sentence}"[:KEY_LENGTH]
    append_to_run(run.pk, [Said(RunEventKind.RUN_LOGGED, {"message": sentence}, timezone.now(), key, run.attempt)])


def _stopped(hold: Hold, watch: Watch, meter: Meter) -> Run:
    """NotHeld if it was lost."""
    why = watch.interruption.why or Why.STOPPING
    doing = watch.doing
    if why in FAULTS and doing is not None:
        failure = Failure(FAULTS[why], sentence(why, doing))
        return patiently(lambda: fail_run(hold, failure, now=timezone.now(), used=meter.used()))
    return patiently(lambda: release(hold, now=timezone.now(), reason=str(why)))


def _message(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _trace(error: BaseException) -> str:
    """From the procedure on: our own frames say nothing about the fault."""
    frames = error.__traceback__
    while frames is not None and frames.tb_next is not None and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(error), error, frames))
