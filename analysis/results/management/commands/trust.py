"""``manage.py trust``: whether an experiment's record bears its answers."""

from __future__ import annotations

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from analysis.results.services.folding import fold
from analysis.results.services.trusting import finding_json, gravest, trust_in
from analysis.statistics.trust.findings import Finding, Weight
from experiments.models import Experiment
from experiments.text_table import text_table

SIGNS = {Weight.ALARM: "!!", Weight.WARN: "! ", Weight.NOTE: "i ", Weight.UNKNOWN: "? ", Weight.FINE: "ok"}


class Command(BaseCommand):
    """Every look with what it found; ends with 1 if one raises the alarm."""

    help = (
        "Look whether an experiment's record bears a comparison: shares of the arms (with the slice that is to blame), "
        "balance of attributes, drop-out by arm, odd values and times. Ends with 1 on an alarm, for scripts. "
        "Examples: trust lunch-2026 · trust lunch-2026 --json · trust lunch-2026 --rehearsal"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which experiment."""
        parser.add_argument("experiment", help="its slug")
        parser.add_argument("--rehearsal", action="store_true", default=None, help="of the rehearsal instead")
        parser.add_argument("--json", action="store_true", help="everything, as JSON")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Count what is new, look, print."""
        experiment = Experiment.objects.select_related("study", "version").filter(slug=options["experiment"]).first()
        if experiment is None:
            raise CommandError(f"There is no experiment “{options['experiment']}”.")
        fold(experiment, now=timezone.now())
        found = trust_in(experiment, is_rehearsal=True if options["rehearsal"] else None)
        if options["json"]:
            told = {"gravest": str(gravest(found)), "findings": [finding_json(each) for each in found]}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(map(_told, found)))
        if gravest(found) == Weight.ALARM:
            raise CommandError("Do not believe the comparison yet.", returncode=1)


def _told(finding: Finding) -> str:
    lines = [f"{SIGNS[finding.weight]} {finding.title}: {finding.sentence}"]
    if finding.advice:
        lines.append(f"   {finding.advice}")
    if finding.rows and finding.weight in (Weight.ALARM, Weight.WARN):
        rows = [("", *finding.columns), *((row.name, *row.figures) for row in finding.rows)]
        lines += [f"   {line}" for line in text_table(rows).splitlines()]
    return "\n".join(lines)
