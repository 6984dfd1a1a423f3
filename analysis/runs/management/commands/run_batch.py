"""``manage.py run_batch``: a function over specifications, on the cores of this machine."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TypedDict, Unpack

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from analysis.learning.components.registry import is_allowed_module
from analysis.learning.functions import allow_function
from analysis.learning.progress import Standing
from analysis.learning.search.telling import sentences, told
from analysis.runs.local.driver import Driver
from analysis.runs.local.ordering import Ordered, ordered, with_seed
from analysis.runs.local.schema import make_tables
from analysis.runs.management.computing import add_batch_options, explain, refusal_lines, several, shown
from analysis.runs.models import Batch, Run, Status
from analysis.runs.services.preparing import Ready, Shard, Wish, compare_with_record, make_ready
from experiments.errors import Refusal

EPILOG = """\
examples:
  manage.py run_batch my_module:main --search grid.yml --workers 8
  manage.py run_batch my_module:main --search grid.yml --dry-run        what would be computed, and why
  manage.py run_batch my_module:main --search grid.yml --shard 2/4      the second quarter, on a second machine
  manage.py run_batch pipeline.yml --json                               a whole document; the summary as JSON

grid.yml names the values; every combination is computed once:
  seed: [1, 2, 3]                        a list is a sweep
  rate: {log_range: {from: 0.001, to: 1, count: 4}}
  layers: [[64, 32]]                     a list in a list is one value
  dataset: digits

The function is called with the combination, as one dictionary (def main(specification)) or key by key
(def main(seed, rate, layers, dataset)). What it returns is kept: results("NAME") gives a pandas data frame.

Stop it with Ctrl-C and start it again at will: what is done is never computed again, what is under way goes on from its
last checkpoint. A longer list computes only what is missing, changed code is run again, failed runs are tried again.

Exit status: 0 all is done; 1 runs failed or could not be done; 2 the order cannot be carried out; 130 stopped.
More: docs/tutorial/a-function-over-specifications.md
"""
FAILED, STOPPED = 1, 130
SHOWN = 5
LINES_OF_TRACEBACK = 20
MOST_ERRORS = 100


class Options(TypedDict):
    """What the command line gives."""

    target: str
    search: Path | None
    workers: int
    name: str
    study: str
    seed: int | None
    shard: Shard
    path: Path
    time_limit: int | None
    memory_limit: int | None
    attempts: int
    keep_failed: bool
    dry_run: bool
    output: Path | None
    json: bool
    quiet: bool
    verbosity: int


class Command(BaseCommand):
    """Plans, works, shows."""

    help = "Compute a function over specifications (or a document's batch) with processes of this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        """What, how, and how it is told."""
        parser.add_argument("target", help="package.module:function, or the file of a document")
        parser.add_argument("--search", type=Path, metavar="FILE", help="YAML or JSON with the values")
        explain(parser, EPILOG)
        add_batch_options(parser, usual_name="made from the function's name")
        parser.add_argument("--seed", type=int, help="all chance comes from it (18)")
        parser.add_argument(
            "--shard", type=_shard, default=Shard(), metavar="I/N", help="only every N-th run from I on"
        )
        parser.add_argument(
            "--path", type=Path, default=Path(), metavar="DIR", help="where Python looks for the module (here)"
        )
        parser.add_argument("--time-limit", type=several, metavar="SECONDS", help="of one attempt at one run")
        parser.add_argument("--memory-limit", type=several, metavar="MIB", help="of one worker")
        parser.add_argument("--attempts", type=several, default=3, help="at a run whose worker dies (3)")
        parser.add_argument("--keep-failed", action="store_true", help="do not try failed runs again")
        parser.add_argument("--dry-run", action="store_true", help="say what would be computed and why; change nothing")
        parser.add_argument("--output", type=Path, metavar="DIR", help="afterwards, write the results to this folder")
        parser.add_argument("--json", action="store_true", help="the summary as JSON")

    def handle(self, *_arguments: object, **options: Unpack[Options]) -> None:
        """Plan, work, tell; the exit status tells the truth."""
        try:
            make_tables()
            order = self._order(options)
            if options["dry_run"]:
                self._tell_rehearsal(order, options)
                return
            ready = make_ready(order.slug, order.document, _wish(options), now=timezone.now(), source=order.source)
        except Refusal as refusal:
            raise CommandError(refusal_lines(refusal), returncode=2) from refusal
        except KeyboardInterrupt as error:
            raise CommandError("Stopped before anything began.", returncode=STOPPED) from error
        if status := self._sit(ready, options):
            sys.exit(status)

    def _order(self, options: Options) -> Ordered:
        sys.path.insert(0, str(options["path"].resolve()))
        if ":" in options["target"]:
            allow_function(options["target"])
        order = ordered(options["target"], options["search"], name=options["name"])
        return with_seed(order, options["seed"])

    def _sit(self, ready: Ready, options: Options) -> int:
        driver = Driver(ready.batch, options["workers"], shown(quiet=options["quiet"], as_json=options["json"]))
        if not options["json"]:
            self._say(*_beginning(ready))
        standing = driver.drive()
        if options["output"] is not None:
            self._write_files(ready.batch, options["output"], quiet=options["json"])
        if options["json"]:
            self.stdout.write(json.dumps(_summary(ready, standing, driver), indent=2, ensure_ascii=False))
        else:
            self._say(*_sentences(ready.batch, standing, driver))
        if driver.was_stopped:
            return STOPPED
        is_short = standing.failed or standing.over < standing.total or cancelled(ready.batch)
        return FAILED if is_short else 0

    def _tell_rehearsal(self, order: Ordered, options: Options) -> None:
        comparison = compare_with_record(order.slug, order.document)
        if options["json"]:
            self.stdout.write(json.dumps({"batch": order.slug, **told(comparison)}, indent=2, ensure_ascii=False))
        else:
            self._say(f"Batch “{order.slug}”. Nothing is changed.", *sentences(comparison))

    def _write_files(self, batch: Batch, folder: Path, *, quiet: bool) -> None:
        from analysis.runs.exports.files import write_results

        n = write_results(batch, folder)
        if not quiet:
            self._say(f"{n:,} files written to {folder}.")

    def _say(self, *sentences: str) -> None:
        for sentence in sentences:
            self.stdout.write(sentence)


def _wish(options: Options) -> Wish:
    return Wish(
        study=options["study"],
        shard=options["shard"],
        is_reserved=_is_reserved(options["target"]),
        time_limit=options["time_limit"],
        memory_limit=options["memory_limit"],
        max_attempts=options["attempts"],
        retries_failed=not options["keep_failed"],
    )


def _is_reserved(target: str) -> bool:
    """Other workers may neither find the function nor call it, unless its package is on the installation's list."""
    return ":" in target and not is_allowed_module(target.partition(":")[0])


def cancelled(batch: Batch) -> int:
    """How many runs that the document asks for were called off: nobody waits for them, but not all is done."""
    return Run.objects.filter(batch=batch, is_wanted=True, status=Status.CANCELLED).count()


def _beginning(ready: Ready) -> list[str]:
    said = [f"Batch “{ready.batch.slug}” in the study “{ready.batch.experiment.study.slug}”."]
    said += sentences(ready.comparison)
    said += [f"{ready.retried:,} tried again."] if ready.retried else []
    said += [f"{ready.dropped:,} that waited are asked for no more."] if ready.dropped else []
    return said


def _sentences(batch: Batch, standing: Standing, driver: Driver) -> list[str]:
    left = standing.total - standing.over
    said = [f"{standing.done:,} of {standing.total:,} runs of “{batch.slug}” are done."]
    if standing.failed:
        said.append(f"{standing.failed:,} failed:")
        failed = Run.objects.filter(batch=batch, status=Status.FAILED).order_by("number")
        said += [f"  run {run.number}: {run.error_kind}: {run.error[:200]}" for run in failed[:SHOWN]]
        said += [f"  … and {standing.failed - SHOWN:,} more"] if standing.failed > SHOWN else []
        said += _traceback_of(failed[0]) if failed else []
        said.append("The same command tries them again.")
    if n := cancelled(batch):
        said.append(f"{n:,} were cancelled. The same command queues them again.")
    if driver.was_stopped and left:
        said.append(f"Stopped; {left:,} are left. The same command goes on with them.")
    elif left:
        said.append(f"{left:,} are left: the batch is paused, or its workers died too often.")
    if standing.done:
        said.append(f'In Python: results("{batch.slug}"); as files: manage.py export_results {batch.slug}')
    return said


def _traceback_of(run: Run) -> list[str]:
    """The end of it, which names the line; the run's page and the API have all of it."""
    lines = run.traceback.rstrip().splitlines()[-LINES_OF_TRACEBACK:]
    return [f"Run {run.number}, at the end:", *(f"  {line}" for line in lines)] if lines else []


def _summary(ready: Ready, standing: Standing, driver: Driver) -> dict[str, object]:
    batch = ready.batch
    failed = Run.objects.filter(batch=batch, status=Status.FAILED).order_by("number")
    return {
        "batch": batch.slug,
        "experiment": batch.experiment.slug,
        "queued": ready.queued,
        "retried": ready.retried,
        "dropped": ready.dropped,
        "runs": standing.total,
        "completed": standing.done,
        "failed": standing.failed,
        "cancelled": cancelled(batch),
        "left": standing.total - standing.over,
        "was_stopped": driver.was_stopped,
        "seconds": round(driver.seconds, 3),
        "errors": [_error_of(run) for run in failed[:MOST_ERRORS]],
    }


def _error_of(run: Run) -> dict[str, object]:
    return {"run": run.number, "kind": run.error_kind, "message": run.error, "traceback": run.traceback}


def _shard(text: str) -> Shard:
    try:
        return Shard.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
