"""``manage.py explain_arm EXPERIMENT``: who gets which arm, and why, without recording anything."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import cast

from django.core.management.base import BaseCommand, CommandError

from bandits.web.explaining import explain
from experiments.errors import Refusal
from experiments.types import JsonObject

HELP = (
    "Say rule by rule whether a visitor would be let into an experiment, and with which chances. Nothing is recorded. "
    "Status 0: let in. 1: not let in, or there is no such experiment."
)


class Command(BaseCommand):
    """Explain."""

    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and what is known."""
        parser.add_argument("experiment", help="its slug")
        parser.add_argument("--key", default="", help="the visitor's key, for layers, holdouts and hashes")
        parser.add_argument("--context", default="{}", metavar="JSON", help='what is known: \'{"country": "DE"}\'')
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *_arguments: object, **options: str) -> None:
        """Read, ask, print."""
        try:
            context = json.loads(options["context"])
        except ValueError as error:
            raise CommandError(f"--context is no JSON: {error}") from error
        if not isinstance(context, dict):
            raise CommandError('--context is an object, as {"country": "DE"}.')
        try:
            found = explain(options["experiment"], options["key"], cast(JsonObject, context))
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
        self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False) if options["json"] else found.as_text())
        if not found.is_inside:
            raise SystemExit(1)
