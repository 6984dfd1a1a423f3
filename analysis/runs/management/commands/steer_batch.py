"""``manage.py steer_batch``: see how batches stand, and pause, resume, cancel, retry, hurry or warm start one."""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Mapping

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from analysis.runs.models import Batch, Run
from analysis.runs.services import steering, warming
from analysis.runs.tasks import wake
from experiments.errors import Refusal

HELP = """\
See how batches stand, and steer one. Without a name: the newest twenty.

  manage.py steer_batch
  manage.py steer_batch digits                   how it stands
  manage.py steer_batch digits pause             runs under way stop, and go on later from their last checkpoint
  manage.py steer_batch digits resume
  manage.py steer_batch digits cancel
  manage.py steer_batch digits retry             what failed or was cancelled waits again
  manage.py steer_batch digits warm_start --epochs 5
  manage.py steer_batch digits priority --to 10  higher goes first"""
COLUMNS = ("queued", "running", "paused", "completed", "failed", "cancelled")


class Command(BaseCommand):
    """Steers batches."""

    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which one, and what becomes of it."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("batch", nargs="?", default="", help="slug")
        parser.add_argument("deed", nargs="?", choices=[*steering.BATCH_DEEDS, "warm_start", "priority"])
        parser.add_argument("--epochs", type=int, help="the new total of a warm start")
        parser.add_argument("--to", type=int, help="the new priority")
        parser.add_argument("--json", action="store_true", help="how it stands, as JSON")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Do it, then show."""
        slug, deed = str(options["batch"]), options["deed"]
        batches = Batch.objects.filter(slug=slug) if slug else Batch.objects.all()[:20]
        if slug and not batches:
            raise CommandError(f"There is no batch “{slug}”.")
        if deed:
            self._do(batches[0], str(deed), options)
        rows = [_row(batch) for batch in batches.all()]
        if options["json"]:
            self.stdout.write(json.dumps(rows))
        else:
            self._show(rows)

    def _do(self, batch: Batch, deed: str, options: Mapping[str, object]) -> None:
        try:
            DEEDS[deed](batch, options)
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
        wake(Run.objects.claimable(timezone.now()).filter(batch=batch).count())

    def _show(self, rows: list[dict[str, str | int]]) -> None:
        if not rows:
            self.stdout.write("There are no batches yet. manage.py run_batch makes one.")
            return
        width = max(len(str(row["batch"])) for row in rows)
        self.stdout.write(f"{'batch':<{width}}  {'status':<10}" + "".join(f"{name:>11}" for name in COLUMNS))
        for row in rows:
            counts = "".join(f"{row[name]:>11}" for name in COLUMNS)
            self.stdout.write(f"{row['batch']:<{width}}  {row['status']:<10}{counts}")


def _steer(name: str) -> Callable[[Batch, Mapping[str, object]], object]:
    return lambda batch, _options: steering.BATCH_DEEDS[name](batch, now=timezone.now())


def _warm_start(batch: Batch, options: Mapping[str, object]) -> object:
    return warming.warm_start_batch(batch, epochs=_whole(options, "epochs"), now=timezone.now())


def _priority(batch: Batch, options: Mapping[str, object]) -> object:
    return steering.set_priority(batch, _whole(options, "to"), now=timezone.now())


def _whole(options: Mapping[str, object], name: str) -> int:
    value = options[name]
    if not isinstance(value, int):
        raise CommandError(f"--{name} is missing: a whole number.")
    return value


DEEDS: Mapping[str, Callable[[Batch, Mapping[str, object]], object]] = {
    **{name: _steer(name) for name in steering.BATCH_DEEDS},
    "warm_start": _warm_start,
    "priority": _priority,
}


def _row(batch: Batch) -> dict[str, str | int]:
    counts = Run.objects.filter(batch=batch).by_status()
    return {"batch": batch.slug, "status": batch.status, **{name: counts[name] for name in COLUMNS}}
