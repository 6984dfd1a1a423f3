"""``manage.py check_config FILE``: what a document would compute, or everything that is wrong with it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import TypedDict, Unpack

from django.core.management.base import BaseCommand

from analysis.learning.components.picture import draw
from analysis.learning.components.svg import as_svg
from analysis.learning.document import Checked, check_text
from analysis.learning.functions import allow_function
from analysis.runs.management.documents import graph_lines, report
from analysis.runs.telling import counted, summary
from experiments.management.study_files import problem_lines, read_bytes, write_text

HELP = """\
Name everything that is wrong with the document of a batch, with line, column, path and a way to mend it. If nothing is:
say how many settings and runs it makes, and print its pipeline as it will be built, with defaults filled in.

  manage.py check_config examples/runs/digits_grid.yaml
  manage.py check_config grid.yaml --svg pipeline.svg    the same graph as a picture
  manage.py check_config grid.yaml --json                for scripts
  manage.py check_config train.yaml --path src           a function's document: its module is looked for in src
  cat grid.yaml | manage.py check_config -

Every value of every sweep is checked. Nothing is queued, trained or stored, and no database is needed.
See `manage.py components` for what a pipeline may be built from.

Status 0: it can be queued. 1: something is to be mended. 2: the file cannot be opened."""


class Options(TypedDict):
    """What the command line gives."""

    file: str
    path: Path | None
    json: bool
    svg: str | None


class Command(BaseCommand):
    """Check a document."""

    help = HELP
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and what comes out."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("file", help="a document (YAML or JSON), or - for standard input")
        where = "a folder whose code may be called: Python looks there for the module of the document's function"
        parser.add_argument("--path", type=Path, metavar="DIR", help=where)
        parser.add_argument("--json", action="store_true", help="findings and graph as JSON")
        parser.add_argument("--svg", metavar="FILE", help="write the graph as a picture; - for standard output")

    def handle(self, *_arguments: object, **options: Unpack[Options]) -> None:
        """Read, look, report."""
        name = options["file"]
        checked = _checked(read_bytes(name), options["path"])
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
        write_text(target, picture, self.stdout)


def _checked(text: bytes, folder: Path | None) -> Checked:
    checked = check_text(text)
    function = checked.document.get("function")
    if folder is None or not isinstance(function, str):
        return checked
    sys.path.insert(0, str(folder.resolve()))
    allow_function(function)
    return check_text(text)


def _told(name: str, checked: Checked) -> list[str]:
    lines = [*problem_lines(name, checked.problems), *problem_lines(name, checked.remarks, word="(remark) ")]
    if checked.problems:
        return [*lines, f"{counted(len(checked.problems), 'problem')} in {name}. Nothing can be queued."]
    return [*lines, f"{name} is in order. {summary(checked)}", "", *graph_lines(checked)]
