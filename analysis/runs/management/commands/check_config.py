"""``manage.py check_config FILE``: what a document would compute, or everything that is wrong with it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from analysis.learning.components.picture import draw
from analysis.learning.components.svg import as_svg
from analysis.learning.document import Checked, check_text
from analysis.runs.management.documents import graph_lines, problem_lines, read_file, report
from analysis.runs.telling import counted, summary

HELP = """\
Name everything that is wrong with the document of a batch, with line, column, path and a way to mend it. If nothing is:
say how many settings and runs it makes, and print its pipeline as it will be built, with defaults filled in.

  manage.py check_config examples/runs/digits_grid.yaml
  manage.py check_config grid.yaml --svg pipeline.svg    the same graph as a picture
  manage.py check_config grid.yaml --json                for scripts
  cat grid.yaml | manage.py check_config -

Every value of every sweep is checked. Nothing is queued, trained or stored, and no database is needed.
See `manage.py components` for what a pipeline may be built from.

Status 0: it can be queued. 1: something is to be mended. 2: the file cannot be opened."""


class Command(BaseCommand):
    """Check a document."""

    help = HELP
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and what comes out."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("file", help="a document (YAML or JSON), or - for standard input")
        parser.add_argument("--json", action="store_true", help="findings and graph as JSON")
        parser.add_argument("--svg", metavar="FILE", help="write the graph as a picture; - for standard output")

    def handle(self, *_arguments: object, **options: str) -> None:
        """Read, look, report."""
        name = options["file"]
        checked = check_text(read_file(name))
        if options["svg"]:
            self._picture(checked, options["svg"])
        if options["json"]:
            self.stdout.write(json.dumps(report(name, checked), indent=2, ensure_ascii=False))
        elif options["svg"] != "-":
            self.stdout.write("\n".join(_told(name, checked)))
        if checked.problems:
            sys.exit(1)

    def _picture(self, checked: Checked, target: str) -> None:
        """What could be read is drawn, broken or not."""
        picture = as_svg(draw(checked.sketch.nodes))
        if target == "-":
            self.stdout.write(picture)
            return
        try:
            Path(target).write_text(picture, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{target}: {error.strerror or error}", returncode=2) from error


def _told(name: str, checked: Checked) -> list[str]:
    lines = [*problem_lines(name, checked.problems), *problem_lines(name, checked.remarks, word="(remark) ")]
    if checked.problems:
        return [*lines, f"{counted(len(checked.problems), 'problem')} in {name}. Nothing can be queued."]
    return [*lines, f"{name} is in order. {summary(checked)}", "", *graph_lines(checked)]
