"""``manage.py thin_states``: old policy states give up their statistics, which their rewards give again."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import timedelta
from typing import TypedDict, Unpack

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bandits.models import PolicyState
from bandits.services.thinning import Thinned, thin
from experiments.models import Experiment

HELP = (
    "Thin old policy states. An experiment that learns all day writes a state every five seconds; after a day one an "
    "hour stays whole, and the others are made again from it and their rewards when somebody reads them, byte for "
    "byte. Each is made again before it is thinned. The worker does this a few times a day."
)


class Options(TypedDict):
    """What the command line gives."""

    experiment: str
    days: float
    dry_run: bool
    json: bool


class Command(BaseCommand):
    """Thins, and says what that freed."""

    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which experiment, and how old."""
        parser.add_argument("experiment", nargs="?", default="", help="its slug; left out: all that have learnt")
        parser.add_argument("--days", type=float, default=1.0, help="states older than this (1)")
        parser.add_argument("--dry-run", action="store_true", help="make them again and compare, but change nothing")
        parser.add_argument("--json", action="store_true", help="the outcome as JSON")

    def handle(self, *_arguments: object, **options: Unpack[Options]) -> None:
        """One experiment after the other."""
        if not options["days"] >= 0:
            raise CommandError("--days must be 0 or more.")
        found = {
            experiment.slug: thin(
                experiment, now=timezone.now(), older=timedelta(days=options["days"]), is_trial=options["dry_run"]
            )
            for experiment in _experiments(options["experiment"])
        }
        if options["json"]:
            self.stdout.write(json.dumps({slug: asdict(one) for slug, one in found.items()}, indent=2))
            return
        for slug, one in found.items():
            self.stdout.write(f"{slug}: {_said(one, is_trial=options['dry_run'])}")
        if not found:
            self.stdout.write("No experiment has learnt anything yet.")


def _experiments(slug: str) -> list[Experiment]:
    learnt = PolicyState.objects.order_by().values_list("experiment", flat=True).distinct()
    experiments = list(Experiment.objects.filter(pk__in=learnt).order_by("slug"))
    if not slug:
        return experiments
    if not Experiment.objects.filter(slug=slug).exists():
        raise CommandError(f"There is no experiment “{slug}”.")
    return [experiment for experiment in experiments if experiment.slug == slug]


def _said(one: Thinned, *, is_trial: bool) -> str:
    would = "would be thinned" if is_trial else "thinned"
    differ = f", {one.differ} of them because their rewards give another state" if one.differ else ""
    return f"{one.thinned:,} {would}, {one.freed / 1e6:.1f} MB of text less; {one.kept:,} stay whole{differ}"
