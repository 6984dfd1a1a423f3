"""``manage.py analyze``: what came out of an experiment, now."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from analysis.registered.document import Plan, parse
from analysis.registered.reads import definition_of
from analysis.results.asking.analysis import Analysis
from analysis.results.asking.document import to_json
from analysis.results.services.analysing import analyse
from analysis.results.services.folding import fold
from analysis.results.telling import told
from experiments.errors import Refusal
from experiments.models import Experiment
from experiments.yaml_file import load


class Command(BaseCommand):
    """Brings the tally up to date and asks everything that the experiment's analysis plan asks."""

    help = (
        "Answer the questions of an experiment's analysis plan: who is better, by how much, how sure. "
        "Valid however often you look, unless an answer says otherwise. "
        "Examples: analyze lunch-2026 · analyze lunch-2026 --json | jq '.answers[].sentence' · "
        "analyze lunch-2026 --plan another.yaml (nothing is registered by that) · analyze lunch-2026 --watch"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which experiment, and how."""
        parser.add_argument("experiment", help="its slug")
        parser.add_argument("--plan", metavar="FILE", help="ask another plan's questions (YAML, JSON); not registered")
        parser.add_argument("--rehearsal", action="store_true", default=None, help="of the rehearsal instead")
        parser.add_argument("--json", action="store_true", help="everything, as JSON")
        parser.add_argument(
            "--watch",
            type=float,
            nargs="?",
            const=5.0,
            metavar="SECONDS",
            help="again and again, every 5 s",
        )

    def handle(self, *_arguments: object, **options: object) -> None:
        """Count what is new, ask, print."""
        experiment = Experiment.objects.select_related("study", "version").filter(slug=options["experiment"]).first()
        if experiment is None:
            raise CommandError(f"There is no experiment “{options['experiment']}”.")
        plan = _plan(experiment, str(options["plan"])) if options["plan"] else None
        rehearsal, every = options["rehearsal"], options["watch"]
        while True:
            fold(experiment, now=timezone.now())
            found = analyse(experiment, plan, is_rehearsal=True if rehearsal else None)
            self._print(found, is_json=bool(options["json"]))
            if not isinstance(every, float):
                return
            time.sleep(every)

    def _print(self, found: Analysis, *, is_json: bool) -> None:
        self.stdout.write(json.dumps(to_json(found), ensure_ascii=False, indent=2) if is_json else told(found))


def _plan(experiment: Experiment, path: str) -> Plan:
    try:
        content = Path(path).read_text()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error
    try:
        return parse(load(content)[0], definition_of(experiment))
    except Refusal as refusal:
        raise CommandError(f"{path}: {refusal.message} {refusal.hint}".strip()) from refusal
