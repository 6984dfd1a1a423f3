"""``manage.py analysis_plan``: look at an experiment's plan, check one, write it, amend it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from analysis.registered.document import Plan, problems_of
from analysis.registered.reads import Registered, definition_of, registered
from analysis.registered.services.writing import OPEN, amend_plan, write_plan
from experiments.errors import Refusal
from experiments.models import Experiment
from experiments.problems import Positions
from experiments.types import Json
from experiments.yaml_file import dump, load


class Command(BaseCommand):
    """The plan as YAML on the standard output, so that it can be edited and given back."""

    help = (
        "Show, check, write or amend an experiment's analysis plan: what is asked of the data, what shares the error "
        "allowed, who is left out, and when somebody may look. It is frozen and hashed when the experiment starts; "
        "afterwards --because amends it, and both are analysed. docs/analysis-plan.schema.json says what it may hold. "
        "Examples: analysis_plan lunch-2026 > plan.yaml · analysis_plan lunch-2026 --check plan.yaml · "
        "analysis_plan lunch-2026 --write plan.yaml · "
        "analysis_plan lunch-2026 --write plan.yaml --because 'A referee asked' · analysis_plan lunch-2026 --json"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which experiment, and what to do."""
        parser.add_argument("experiment", help="its slug")
        parser.add_argument("--check", metavar="FILE", help="say what is wrong with this file; nothing is stored")
        parser.add_argument("--write", metavar="FILE", help="make this the plan (YAML or JSON)")
        parser.add_argument("--because", metavar="WHY", default="", help="amend a frozen plan, for that reason")
        parser.add_argument("--planned", action="store_true", help="as it was frozen, without amendments")
        parser.add_argument("--json", action="store_true", help="as JSON, with its hash and state")

    def handle(self, *_arguments: object, **options: object) -> None:
        """One of three things."""
        experiment = Experiment.objects.select_related("study", "version").filter(slug=options["experiment"]).first()
        if experiment is None:
            raise CommandError(f"There is no experiment “{options['experiment']}”.")
        if options["check"]:
            self._check(experiment, str(options["check"]))
        elif options["write"]:
            self._write(experiment, str(options["write"]), str(options["because"]))
        else:
            self._show(registered(experiment), planned=bool(options["planned"]), is_json=bool(options["json"]))

    def _check(self, experiment: Experiment, path: str) -> None:
        document, positions = _read(path)
        found = problems_of(document, definition_of(experiment), positions)
        for problem in found:
            self.stdout.write(f"{path}:{problem.line}: {problem.path}: {problem.message} {problem.hint}".rstrip())
        if found:
            raise CommandError(f"{len(found)} thing{'s' * (len(found) > 1)} to mend.", returncode=1)
        self.stdout.write("Nothing is wrong with it.")

    def _write(self, experiment: Experiment, path: str, because: str) -> None:
        document, _ = _read(path)
        try:
            if experiment.status in OPEN:
                row = write_plan(experiment, document, by=None, now=timezone.now())
                self.stdout.write(f"The plan is {row.sha256}; it is frozen when the experiment starts.")
                return
            amendment = amend_plan(experiment, document, reason=because, by=None, now=timezone.now())
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
        said = (
            "This is what stands already." if amendment is None else f"Amendment {amendment.number} stands beside it."
        )
        self.stdout.write(said)

    def _show(self, known: Registered, *, planned: bool, is_json: bool) -> None:
        plan: Plan = known.planned if planned else known.current
        if not is_json:
            self.stdout.write(dump(plan.as_json()))
            return
        state = {"is_own": known.is_own, "is_frozen": known.is_frozen, "amendments": len(known.amendments)}
        told = {"sha256": plan.sha256, **state, "document": plan.as_json()}
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))


def _read(path: str) -> tuple[Json, Positions]:
    try:
        return load(Path(path).read_text())
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(f"{path}: {error}") from error
