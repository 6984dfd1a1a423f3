"""``manage.py safety_curves``: trials of many sizes, and the three curves that they make."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TypedDict, Unpack

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from analysis.assurance.curves.picture import figure_of
from analysis.assurance.curves.reads import PROCEDURE, Seen, curves_of
from analysis.assurance.curves.svg import as_file
from analysis.assurance.curves.telling import note_of
from analysis.runs.local.driver import Driver
from analysis.runs.local.ordering import Ordered, ordered
from analysis.runs.local.schema import make_tables
from analysis.runs.management.computing import (
    CANNOT,
    add_batch_options,
    explain,
    refusal_lines,
    require_sound,
    shown,
)
from analysis.runs.models import Batch
from analysis.runs.services.preparing import Wish, compare_with_record, make_ready
from analysis.safety.curves.reading import DECIDED, PROBABILISTIC, Point
from experiments.errors import Refusal
from experiments.management.study_files import write_text

EPILOG = """\
examples:
  manage.py safety_curves examples/safety/arrests_curves.yaml --dry-run        how many trials that would be
  manage.py safety_curves examples/safety/arrests_curves.yaml --svg curves.svg
  manage.py safety_curves arrests-curves                                       of a batch that is there, as far as it is
  manage.py safety_curves arrests-curves --terms decided --json                the classifier that decides, for scripts

The file is that of a training (manage.py train), with procedure: safe_trial and what a trial is:
  trial:
    rows: {sweep: [200, 500, 1000, 2000, 5000]}         the axis
    number: {range: {from: 1, to: 50}}                  so many trials of each size
    contender: {sweep: [safe, unconstrained, logistic_regression, {kind: fairlearn, difference: 0.05}]}

The rows of the data are taken for the whole world: each trial draws its rows from them (with replacement), trains on
those alone, and is judged by all of them. Contenders of one number meet the same rows. Trials are runs of a batch: they
are done by all cores, stopped with Ctrl-C and gone on with at will; more sizes or contenders add only what is missing.

Exit status: 0 every trial is done; 1 some could not be done; 2 the order cannot be carried out; 130 stopped.
More: docs/safety-curves.md
"""
FAILED, STOPPED = 1, 130


class Options(TypedDict):
    """What the command line gives."""

    target: str
    svg: str | None
    terms: str
    workers: int
    name: str
    study: str
    dry_run: bool
    json: bool
    quiet: bool


class Command(BaseCommand):
    """Orders, works, draws."""

    help = "How well, how often and how safely a training under constraints answers, over the number of rows."

    def add_arguments(self, parser: CommandParser) -> None:
        """What, how, and how it is told."""
        parser.add_argument("target", help="the file of a document, or the name of a batch that is there")
        parser.add_argument("--svg", metavar="FILE", help="write the picture; - for standard output")
        parser.add_argument(
            "--terms", choices=[PROBABILISTIC, DECIDED], default=PROBABILISTIC, help="how classifiers are judged"
        )
        explain(parser, EPILOG)
        add_batch_options(parser, usual_name="slug of the document, or the file's")
        parser.add_argument("--dry-run", action="store_true", help="count the trials; change nothing")
        parser.add_argument("--json", action="store_true", help="the curves as JSON")

    def handle(self, *_arguments: object, **options: Unpack[Options]) -> None:
        """The exit status tells the truth."""
        try:
            status = self._drawn(options)
        except Refusal as refusal:
            raise CommandError(refusal_lines(refusal), returncode=CANNOT) from refusal
        except KeyboardInterrupt as error:
            raise CommandError("Stopped before anything began.", returncode=STOPPED) from error
        if status:
            sys.exit(status)

    def _drawn(self, options: Options) -> int:
        make_tables()
        there = Batch.objects.filter(slug=options["target"], procedure=PROCEDURE).first()
        if there is not None:
            self._tell(there, options)
            return 0
        order = _order(options)
        if options["dry_run"]:
            comparison = compare_with_record(order.slug, order.document)
            n, missing = len(comparison.wanted), len(comparison.missing)
            self.stdout.write(f"{n:,} trials: {n - missing:,} there, {missing:,} to do. Nothing is changed.")
            return 0
        wish = Wish(study=options["study"])
        ready = make_ready(order.slug, order.document, wish, now=timezone.now(), source=order.source)
        driver = Driver(ready.batch, options["workers"], shown(quiet=options["quiet"], as_json=options["json"]))
        driver.drive()
        seen = self._tell(ready.batch, options)
        return STOPPED if driver.was_stopped else FAILED if seen.failed or seen.left else 0

    def _tell(self, batch: Batch, options: Options) -> Seen:
        seen = curves_of([batch], terms=options["terms"])
        if options["svg"] is not None:
            svg = as_file(figure_of(seen.curves), title=batch.title or batch.slug, note=note_of(seen))
            write_text(options["svg"], svg, self.stdout)
        if options["json"]:
            told = {"batch": batch.slug, **seen.curves.as_json(), "left": seen.left, "stopped": seen.failed}
            self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))
        elif options["svg"] != "-":
            self.stdout.write("\n".join(_lines(batch, seen)))
        return seen


def _order(options: Options) -> Ordered:
    """A file with mistakes is told line by line, and nothing is begun."""
    order = ordered(options["target"], None, name=options["name"])
    require_sound(order, options["target"], procedure=PROCEDURE, otherwise="manage.py train trains a single model.")
    return order


def _lines(batch: Batch, seen: Seen) -> Iterator[str]:
    curves = seen.curves
    yield f"{curves.n:,} of {seen.wanted:,} trials of “{batch.slug}”, judged by all {curves.world:,} rows."
    if seen.failed:
        yield f"{seen.failed:,} could not be done: manage.py steer_batch {batch.slug} says why."
    for curve in curves.curves:
        yield f"\n{curve.contender}{' (tested)' if curve.promises else ''}"
        yield _line("rows", "trials", [curves.performance_is, "solution rate", *map(_head, curves.constraints)])
        performance = {point.rows: point for point in curve.performance}
        for place, solved in enumerate(curve.solutions):
            cells = [performance.get(solved.rows), solved, *(points[place] for points in curve.failures)]
            yield _line(f"{solved.rows:,}", f"{solved.n:,}", [_cell(cell) for cell in cells])


def _line(rows: str, trials: str, cells: list[str]) -> str:
    return f"  {rows:>9}  {trials:>6}  " + "  ".join(f"{cell:>23}" for cell in cells)


def _head(constraint: tuple[str, float]) -> str:
    return f"failure rate (δ {constraint[1]:g})"


def _cell(point: Point | None) -> str:
    return "-" if point is None else f"{point.value:.3f} ({point.low:.3f} to {point.high:.3f})"
