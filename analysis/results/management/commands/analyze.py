"""``manage.py analyze``: what came out of an experiment, now."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from analysis.registered.document import Plan, parse
from analysis.registered.reads import definition_of
from analysis.results.asking.analysis import Analysis
from analysis.results.asking.document import to_json
from analysis.results.services.analysing import analyse
from analysis.results.services.folding import fold
from analysis.results.services.trusting import finding_json, trust_in
from analysis.results.showing.gathering import titles_of
from analysis.results.telling import told
from analysis.statistics.trust.findings import Finding, Weight
from experiments.errors import Refusal
from experiments.models import Experiment
from experiments.yaml_file import load

OTHER = "Asked by a plan that is not the experiment's own: explored, whatever the answers are called."


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
        rehearsal, every, titles = options["rehearsal"], options["watch"], titles_of(experiment)
        while True:
            fold(experiment, now=timezone.now())
            is_rehearsal = True if rehearsal else None
            found = analyse(experiment, plan, is_rehearsal=is_rehearsal)
            found = found if plan is None else replace(found, remarks=(*found.remarks, OTHER))
            trust = trust_in(experiment, is_rehearsal=is_rehearsal)
            self.stdout.write(_as_json(found, trust) if options["json"] else _as_text(found, trust, titles))
            if not isinstance(every, float):
                return
            time.sleep(every)


def _as_json(found: Analysis, trust: Sequence[Finding]) -> str:
    document = {**to_json(found), "trust": [finding_json(each) for each in trust]}
    return json.dumps(document, ensure_ascii=False, indent=2)


def _as_text(found: Analysis, trust: Sequence[Finding], titles: Mapping[str, str]) -> str:
    grave = [each for each in trust if each.weight in (Weight.ALARM, Weight.WARN)]
    return "\n".join([told(found, titles), *(f"\n! {each.sentence} {each.advice}" for each in grave)])


def _plan(experiment: Experiment, path: str) -> Plan:
    try:
        content = Path(path).read_text()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error
    try:
        return parse(load(content)[0], definition_of(experiment))
    except Refusal as refusal:
        raise CommandError(f"{path}: {refusal.message} {refusal.hint}".strip()) from refusal
