"""``manage.py replay_choices``: draw every chosen stimulus again from the answers before it, and say what differs."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError

from experiments.models import Experiment
from participants.replaying import replay

HELP = (
    "Check the record of blocks that choose their stimuli (`repeat.choose`): each choice is drawn again from the "
    "session's seed and the answers before it, and must be the same, with the same chance. Nothing is written. It "
    "exits with 1 if anything differs. Example: replay_choices contrast-2026 --rehearsal --json"
)


class Command(BaseCommand):
    """Replays a record."""

    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which record."""
        parser.add_argument("experiment", help="slug of the experiment")
        parser.add_argument("--rehearsal", action="store_true", help="the rehearsal's record")
        parser.add_argument("--json", action="store_true", help="what was found, as JSON")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Look, and say."""
        experiment = Experiment.objects.filter(slug=options["experiment"]).first()
        if experiment is None:
            raise CommandError(f"There is no experiment “{options['experiment']}”.")
        counted, differing = replay(experiment, rehearsal=bool(options["rehearsal"]))
        if options["json"]:
            self.stdout.write(json.dumps({"choices": counted, "differing": [asdict(each) for each in differing]}))
        else:
            verdict = f"{len(differing):,} DIFFER" if differing else "none differs"
            self.stdout.write(f"{counted:,} choices drawn again: {verdict}")
            for each in differing:
                self.stdout.write(
                    f"  session {each.session}, {each.block} {each.number}: {each.stored}, not {each.drawn}"
                )
        if differing:
            sys.exit(1)
