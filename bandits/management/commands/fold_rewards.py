"""``manage.py fold_rewards``: turn rewards into what policies know, for projects that run no Celery."""

from __future__ import annotations

import time
from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from bandits.services.folding import fold_all

HELP = (
    "Learn from the rewards that have come in: once, or for ever with --every. Machina's own worker does this every "
    "five seconds; a project without Celery runs this command beside its web server. Any number may run at once."
)


class Command(BaseCommand):
    """Fold."""

    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Once or for ever."""
        parser.add_argument("--every", type=float, metavar="SECONDS", help="go on, with this pause in between")

    def handle(self, *_arguments: object, **options: float | None) -> None:
        """Ctrl-C ends it between two rounds or in one: nothing is lost or counted twice."""
        pause = options["every"]
        try:
            self._fold()
            while pause is not None:
                time.sleep(pause)
                close_old_connections()
                self._fold()
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")

    def _fold(self) -> None:
        taken = fold_all(now=timezone.now())
        if taken:
            self.stdout.write(f"{taken} reward{'' if taken == 1 else 's'} learnt")
