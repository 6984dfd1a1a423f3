"""``manage.py retest``: does a model that passed still hold its constraints on rows that came in since?"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TypedDict, Unpack

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from analysis.assurance.models import Retest, SafetyTest
from analysis.assurance.services.retesting import MOST_ROWS, deliver_rows
from analysis.runs.management.computing import CANNOT, explain, refusal_lines
from experiments.blueprint import json_object
from experiments.errors import Refusal
from experiments.types import JsonObject

EPILOG = """\
examples:
  manage.py retest fair-loans march.csv         the newest test of that batch that passed
  manage.py retest fair-loans/3 march.csv       of its run 3
  manage.py retest fair-loans march.csv --json

march.csv has the columns that the training's data had, label and groups included; rows in the order they came. Look as
often as you like: that a constraint which holds is ever called broken has a probability of at most its delta. A
constraint that is proven broken takes the model down: no arm serves it any more, the diary and the batch's hooks
(on: model_drifted) are told. The same file twice counts once.

Exit status: 0 nothing is proven broken; 3 a constraint is, and the model is taken down; 2 rows or test cannot be used.
"""
BROKEN = 3


class Options(TypedDict):
    """What the command line gives."""

    training: str
    file: Path
    json: bool


class Command(BaseCommand):
    """Reads, looks, tells."""

    help = "Look again at a model that passed its safety test, on rows that came in since."

    def add_arguments(self, parser: CommandParser) -> None:
        """What, and on which rows."""
        explain(parser, EPILOG)
        parser.add_argument("training", help="slug of the batch, or slug/number of one of its runs")
        parser.add_argument("file", type=Path, help="CSV with the new rows")
        parser.add_argument("--json", action="store_true", help="what was found as JSON")

    def handle(self, *_arguments: object, **options: Unpack[Options]) -> None:
        """The exit status tells the truth."""
        test = _test(options["training"])
        rows = _rows(options["file"])
        try:
            parts = [rows[start : start + MOST_ROWS] for start in range(0, len(rows), MOST_ROWS)] or [[]]
            for part in parts:
                look = deliver_rows(test, part, now=timezone.now())
                if look.has_drifted:
                    break
        except Refusal as refusal:
            raise CommandError(refusal_lines(refusal), returncode=CANNOT) from refusal
        self.stdout.write(json.dumps(_told(look), indent=2, ensure_ascii=False) if options["json"] else _said(look))
        if look.has_drifted:
            sys.exit(BROKEN)


def _test(training: str) -> SafetyTest:
    slug, _, number = training.partition("/")
    found = SafetyTest.objects.filter(run__batch__slug=slug, passed=True)
    found = found.filter(run__number=int(number)) if number.isdecimal() else found
    test = found.order_by("-pk").first()
    if test is None:
        raise CommandError(f"No safety test of “{training}” has passed.", returncode=CANNOT)
    return test


def _rows(file: Path) -> list[JsonObject]:
    from analysis.safety.retesting import rows_in

    try:
        return rows_in(file.read_bytes())
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror or error}", returncode=CANNOT) from error
    except ValueError as error:
        raise CommandError(f"{file}: {error}", returncode=CANNOT) from error


def _told(look: Retest) -> JsonObject:
    return {"look": look.number, "rows": look.n, "drifted": look.has_drifted, "constraints": look.constraints}


def _said(look: Retest) -> str:
    rows = look.constraints if isinstance(look.constraints, list) else []
    lines = [f"Look {look.number}, {look.n:,} new rows so far:"]
    lines += [f"  {json_object(row).get('says')}" for row in rows]
    return "\n".join([*lines, *(["The model is taken down."] if look.has_drifted else [])])
