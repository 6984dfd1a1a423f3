"""``manage.py demo_people``: simulated participants arrive at the demo study, so that there is something to watch."""

import contextlib
from argparse import ArgumentParser

from django.core.management import call_command
from django.core.management.base import BaseCommand

from machina_site import demo

PEOPLE = 60
SECONDS = 600


class Command(BaseCommand):
    """Calls ``simulate`` for the demo study with its stated answers."""

    help = "Let simulated participants arrive at the demo study, about one every ten seconds; they are marked as such."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the pages are, and how many people come in what time."""
        parser.add_argument("--base-url", required=True)
        parser.add_argument("--participants", type=int, default=PEOPLE)
        parser.add_argument("--arrive-over", type=float, default=SECONDS, help="seconds")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Simulate."""
        with contextlib.suppress(SystemExit):  # what broke stands in its report; nobody need come a second time
            call_command(
                "simulate",
                demo.SLUG,
                participants=options["participants"],
                arrive_over=options["arrive_over"],
                base_url=options["base_url"],
                answers=str(demo.ANSWERS),
                drop_out=0.2,
                impatient=0.1,
                clients=8,
                think_time="1.5",
                into_running=True,
            )
