"""``manage.py check_study FILE``: everything wrong with a study file, at once."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter

from django.core.management.base import BaseCommand

from experiments.management.study_files import as_json, count, examine, lines_of, not_ready, read_bytes

HELP = """Name everything that is wrong with a study file, with line, column, path and a way to mend it.

Looks at the shape, at what names refer to, and whether the pages of each arm can be built. Changes nothing, and needs
no database. Status 0: it can be imported and started. 1: something is to be mended. 2: the file cannot be opened.
"""


class Command(BaseCommand):
    """Check a study file."""

    help = HELP
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: object) -> ArgumentParser:  # type: ignore[override]  # Django's parser is one
        """Keep the paragraphs of the help."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", help="a study file (YAML or JSON), or - for standard input")
        parser.add_argument("--json", action="store_true", help="the findings as JSON")

    def handle(self, *_arguments: object, **options: str) -> None:
        """Read, look, report."""
        name = options["file"]
        document, problems = examine(read_bytes(name))
        blocking = [] if problems else not_ready(document)
        if options["json"]:
            report = {"file": name, "problems": as_json(problems), "not_ready": blocking}
            self.stdout.write(json.dumps(report, indent=2, ensure_ascii=False))
        elif problems:
            self.stdout.write(f"{lines_of(name, problems)}\n{count(problems)} in {name}.")
        elif blocking:
            self.stdout.write("\n".join([*blocking, f"{name} can be imported, but not started yet."]))
        else:
            self.stdout.write(f"{name} is in order.")
        if problems or blocking:
            sys.exit(1)
