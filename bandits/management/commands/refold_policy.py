"""``manage.py refold_policy``: what a policy knows, folded again from the log."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import TypedDict, Unpack

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bandits.models import PolicyState
from bandits.services.refolding import refold, replayed
from experiments.definition import canonical_json
from experiments.errors import Refusal
from experiments.models import Experiment

EPILOG = """\
examples:
  manage.py refold_policy offer --check        does the log give the state in force? changes nothing
  manage.py refold_policy offer                write it as the next state, without what was excluded since
  manage.py refold_policy offer --rehearsal --json

Every reward is folded in the order in which it was learnt, those of excluded decisions left out. With nothing excluded
since, the new state is the old one, byte for byte. The worker does this by itself when decisions are excluded.
Exit status 1: --check found another state than the one in force.
"""


class Options(TypedDict):
    """What the command line gives."""

    experiment: str
    rehearsal: bool
    check: bool
    json: bool


class Command(BaseCommand):
    """Replays, compares, writes."""

    help = "Fold an experiment's rewards again, without those of excluded decisions, as its next state."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which experiment, and whether to write."""
        parser.epilog, parser.formatter_class = EPILOG, RawDescriptionHelpFormatter
        parser.add_argument("experiment", help="its slug")
        parser.add_argument("--rehearsal", action="store_true", help="of the rehearsal")
        parser.add_argument("--check", action="store_true", help="only compare with the state in force")
        parser.add_argument("--json", action="store_true", help="the outcome as JSON")

    def handle(self, *_arguments: object, **options: Unpack[Options]) -> None:
        """Say what the log gives."""
        experiment = Experiment.objects.filter(slug=options["experiment"]).first()
        if experiment is None:
            raise CommandError(f"There is no experiment “{options['experiment']}”.")
        states = PolicyState.objects.of(experiment, is_rehearsal=options["rehearsal"])
        before = states.newest()
        if before is None:
            raise CommandError(f"“{experiment.title}” has learnt nothing yet.")
        told = replayed(experiment, is_rehearsal=options["rehearsal"])
        is_same = canonical_json(told.statistics) == canonical_json(before.statistics)
        number = before.number if options["check"] else _written(experiment, is_rehearsal=options["rehearsal"])
        self._tell(options, {"rewards": told.rewards, "state": number, "identical": is_same})
        if options["check"] and not is_same:
            sys.exit(1)

    def _tell(self, options: Options, found: dict[str, int | bool]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(found))
            return
        same = "what the one before says" if found["identical"] else "something else than the one before"
        if options["check"]:
            same = "the log gives the same" if found["identical"] else "the log gives another one: fold it again"
            self.stdout.write(f"state {found['state']}: {same} ({found['rewards']:,} rewards)")
        else:
            self.stdout.write(f"state {found['state']}: folded from {found['rewards']:,} rewards; it says {same}")


def _written(experiment: Experiment, *, is_rehearsal: bool) -> int:
    try:
        return refold(experiment, is_rehearsal=is_rehearsal, now=timezone.now()).number
    except Refusal as refusal:
        raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
