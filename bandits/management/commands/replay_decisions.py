"""``manage.py replay_decisions``: draw every decision again and learn every reward again, and say what differs."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from bandits.evaluation.replaying import Found, redraw_decisions, relearn_states
from experiments.models import Experiment

HELP = (
    "Check the record of an experiment that learns: every decision is drawn again from its state, seed and id, every "
    "state is learnt again from the one before and its rewards. Both must be the same, byte for byte. Nothing is "
    "written. It exits with 1 if anything differs. What nobody can tell any more is named with the reason, "
    "and is no difference. Example: replay_decisions offer --json"
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
        """Decisions, then states."""
        experiment = Experiment.objects.filter(slug=options["experiment"]).first()
        if experiment is None:
            raise CommandError(f"There is no experiment “{options['experiment']}”.")
        is_rehearsal = bool(options["rehearsal"])
        decisions = redraw_decisions(experiment, is_rehearsal=is_rehearsal)
        states = relearn_states(experiment, is_rehearsal=is_rehearsal)
        if options["json"]:
            self.stdout.write(json.dumps({"decisions": decisions.to_json(), "states": states.to_json()}, indent=2))
        else:
            self.stdout.write(f"{_line('decision', decisions)}\n{_line('state', states)}")
        if decisions.differing or states.differing:
            sys.exit(1)


def _line(word: str, found: Found) -> str:
    """One line, one for each that differs, and one for each reason why some cannot be told."""
    unchecked = f", {found.unchecked:,} that cannot be told" if found.unchecked else ""
    verdict = f"{found.differing:,} DIFFER" if found.differing else "none differs"
    lines = [f"{word}s: {found.checked:,} the same{unchecked}, {verdict}"]
    lines += ["  " + ", ".join(f"{name} {value}" for name, value in one.items()) for one in found.named]
    for why, n in found.reasons.items():
        numbers = ", ".join(dict.fromkeys(str(one["state"]) for one in found.untold if one["why"] == why))
        of = "" if word == "state" else "of "
        lines.append(f"  {n:,} cannot be told ({of}state {numbers}): {why}")
    return "\n".join(lines)
