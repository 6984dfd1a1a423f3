"""``manage.py sync_experiments``: experiments that the code declares into the database."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError

from bandits.web.syncing import sync_declared
from experiments.errors import Refusal

HELP = (
    "Make rows of the experiments that the code declares with bandits.web.experiment(), start those that are new, and "
    "publish those that have changed. Run it after migrate; twice changes nothing. What somebody paused or ended stays "
    "so. Status 1: something is to be mended, nothing was changed."
)


class Command(BaseCommand):
    """Experiments of the code."""

    help = HELP
    requires_system_checks = ()  # the check that an experiment is missing must not keep it away

    def add_arguments(self, parser: ArgumentParser) -> None:
        """For scripts."""
        parser.add_argument("--json", action="store_true", help="the outcome as JSON")

    def handle(self, *_arguments: object, **options: bool) -> None:
        """Sync, report."""
        try:
            outcome = sync_declared()
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint} Nothing was changed.") from refusal
        if options["json"]:
            self.stdout.write(json.dumps([asdict(one) for one in outcome]))
            return
        for one in outcome:
            self.stdout.write(f"{one.slug}: {one.did}")
        if not outcome:
            self.stdout.write("The code declares no experiment: call bandits.web.experiment() in a module “arms”.")
