"""``manage.py run_worker``: do the runs that wait, without Celery."""

from __future__ import annotations

import json
import os
import re
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections import Counter
from typing import cast

from django.core.management.base import BaseCommand, CommandError

from analysis.runs.models import Batch, Run, Status

HELP = """\
Do the runs that wait in the database, most urgent first, in so many processes. Needs no Celery and no Redis; any number
of machines may do so at once, each run goes to one. A worker imports what it needs once and keeps it for the next run.

  manage.py run_worker                                   as many workers as cores, until Ctrl-C
  manage.py run_worker --batch digits --until-empty      only that batch, then leave; for a script or a SLURM job
  manage.py run_worker --devices cuda:0,cuda:1           a worker for each device (MACHINA_DEVICE, CUDA_VISIBLE_DEVICES)
  manage.py run_worker --preload sklearn,torch           imported once, before the workers are forked

Ctrl-C, SIGTERM: runs under way are given back and go on from their last checkpoint, here or elsewhere. A second Ctrl-C
or kill -9 loses no more than that: another worker takes over half a minute later.

Exit status with --until-empty: 0 if everything it looked after was completed, 1 if a run failed or was cancelled."""


class Command(BaseCommand):
    """Runs workers."""

    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and with how much of the machine."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("--processes", type=_count, help="workers (as many as devices, or as cores)")
        parser.add_argument("--batch", default="", help="slug: only its runs")
        parser.add_argument("--until-empty", action="store_true", help="leave when nothing waits or is under way")
        parser.add_argument("--devices", type=_devices, default=[], help="such as cpu or cuda:0,cuda:1")
        parser.add_argument("--preload", type=_modules, default=[], help="modules to import once, before forking")
        parser.add_argument("--max-runs", type=_count, help="a worker makes room for a fresh one after so many")
        parser.add_argument("--max-memory", type=_count, metavar="MIB", help="and when it has grown beyond this")
        parser.add_argument("--json", action="store_true", help="what was done, as JSON on the last line")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Look after the workers, and say what became of the runs."""
        from analysis.runs.working.pool import (  # forks, and what workers need: nothing for other commands
            Pool,
            PoolSpec,
        )
        from analysis.runs.working.worker import Errand

        batch = _batch(str(options["batch"]))
        devices = cast("list[str]", options["devices"])
        errand = Errand(
            batch=batch.pk if batch else None,
            until_empty=bool(options["until_empty"]),
            most=cast("int | None", options["max_runs"]),
            memory=cast("int | None", options["max_memory"]),
        )
        processes = cast("int | None", options["processes"]) or len(devices) or os.cpu_count() or 1
        spec = PoolSpec(processes, errand, devices=devices, preload=cast("list[str]", options["preload"]))
        before = _standing(batch)
        say = self.stderr.write if options["json"] else self.stdout.write
        say(f"{processes} worker{'s' if processes > 1 else ''} at work. Ctrl-C stops; nothing is lost by it.")
        Pool(spec, say=say).run()
        self._tell(_standing(batch), before, options)

    def _tell(self, after: Counter[str], before: Counter[str], options: dict[str, object]) -> None:
        new = {status: after[status] - before[status] for status in (*Status.values,)}
        if options["json"]:
            self.stdout.write(json.dumps({"runs": after, "new": new}))
        else:
            self.stdout.write(", ".join(f"{n} {status}" for status, n in after.items()) or "There are no runs.")
        if options["until_empty"] and (new[Status.FAILED] > 0 or new[Status.CANCELLED] > 0 or _bad(options, after)):
            raise SystemExit(1)


def _bad(options: dict[str, object], after: Counter[str]) -> bool:
    """A batch that was asked for by name answers for all of its runs."""
    return bool(options["batch"]) and after.total() != after[Status.COMPLETED]


def _standing(batch: Batch | None) -> Counter[str]:
    runs = Run.objects.all() if batch is None else Run.objects.filter(batch=batch)
    return runs.by_status()


def _batch(slug: str) -> Batch | None:
    if not slug:
        return None
    batch = Batch.objects.filter(slug=slug).first()
    if batch is None:
        known = ", ".join(Batch.objects.values_list("slug", flat=True)[:10]) or "none yet"
        raise CommandError(f"There is no batch “{slug}”. The newest: {known}.")
    return batch


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(f"{text} is no number from 1 up")
    return int(text)


def _devices(text: str) -> list[str]:
    found = [part.strip() for part in text.split(",") if part.strip()]
    wrong = [part for part in found if not re.fullmatch(r"[a-z]+(:\d+)?", part)]
    if wrong:
        raise ArgumentTypeError(f"{wrong[0]} is no device; such are cpu, cuda:0, mps")
    return found


def _modules(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
