"""``manage.py demo_visitors``: simulated visitors of the demo's shop, so that there is something to watch."""

import time
from argparse import ArgumentParser
from collections import deque
from datetime import timedelta
from typing import cast

from django.core.management.base import BaseCommand
from django.utils import timezone

from bandits.models import Decision
from experiments.models import Experiment
from machina_site import demo_shop

SECONDS = 1800
EVERY = 2.0
THINKS = timedelta(seconds=8)


class Command(BaseCommand):
    """Lets visitors come to the shop: those of the last two hours at once, then some every two seconds."""

    help = "Let simulated visitors come to the demo's shop, two a second; the button learns which colour sells."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How long, and how many."""
        parser.add_argument("--seconds", type=float, default=SECONDS, help="how long they go on coming")
        parser.add_argument("--each", type=int, default=4, help="how many every two seconds")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Until the time is over, or somebody stops the experiment."""
        experiment = demo_shop.seed_shop()
        demo_shop.live_through(experiment, now=timezone.now())
        end, number = time.monotonic() + cast(float, options["seconds"]), 0
        here: deque[list[Decision]] = deque()
        while time.monotonic() < end and _is_open(experiment):
            now = timezone.now()
            label = f"live {now.timestamp():.0f} {number}"
            here.append(demo_shop.visit(experiment, cast(int, options["each"]), label=label, now=now))
            while here and here[0][0].decided_at < now - THINKS:
                demo_shop.buy(here.popleft(), now=now)
            time.sleep(EVERY)
            number += 1


def _is_open(experiment: Experiment) -> bool:
    experiment.refresh_from_db()
    return experiment.is_open
