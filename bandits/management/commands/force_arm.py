"""``manage.py force_arm EXPERIMENT ARM …``: a link that shows an arm, for trying it out."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import cast
from urllib.parse import urlencode

from django.core.management.base import BaseCommand, CommandError

from bandits.web.forcing import force_token
from bandits.web.options import Options
from experiments.errors import Refusal

HELP = (
    "Print the query string that shows an arm to whoever opens a page with it, for the next seven days, also before "
    "the experiment has started. What such a visitor does is never recorded as data; that the arm was forced is a line "
    "of the diary. A page opened with ?arms=off ends it. Several experiments: EXPERIMENT ARM EXPERIMENT ARM …"
)


class Command(BaseCommand):
    """A link for trying out."""

    help = HELP
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Pairs, and the page."""
        parser.add_argument("names", nargs="+", metavar="EXPERIMENT ARM", help="an experiment and one of its arms")
        parser.add_argument("--url", default="", help="the page to open, for instance https://shop.example.org/")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Check, sign, print."""
        names, parameter = cast("list[str]", options["names"]), Options.read().force_parameter
        if len(names) % 2 or not parameter:
            raise CommandError(
                "Give pairs: an experiment and one of its arms." if parameter else "BANDITS forbids forcing arms."
            )
        try:
            token = force_token(dict(zip(names[::2], names[1::2], strict=True)))
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
        self.stdout.write(f"{options['url']}?{urlencode({parameter: token})}")
