"""``manage.py show_folds BATCH``: which setting is best over the folds, and how good is the choice?"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter

from django.core.management.base import BaseCommand, CommandError

from analysis.learning.validation.choosing import Choice, Ranked
from analysis.runs.fold_reads import FoldReport, fold_reports
from analysis.runs.models import Batch
from analysis.statistics.resampling import Folded
from experiments.errors import BadValue
from experiments.text_table import text_table

HELP = """\
Rank the settings of a batch over their folds: mean, standard deviation, 95 % interval, and by how much the best one is
ahead, fold by fold. Of nested cross-validation also: what the inner folds of each outer fold chose, how that did on the
outer fold, and so how good it is to search like this.

  manage.py show_folds digits-nested
  manage.py show_folds digits --name loss --split train       another measure than the batch's own
  manage.py show_folds digits --json                          everything, for scripts

Seeds of a fold are averaged. The interval is that of Nadeau and Bengio: wider than the usual one, because training
parts overlap. Settings that lack a fold stand last and are not compared.

Status 0: every run has its figure. 1: runs are missing, under way or failed; what is there is shown. 2: no such batch
or measure."""


class Command(BaseCommand):
    """Shows what folds say."""

    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Of which batch, by which measure."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("batch", help="its slug")
        parser.add_argument("--name", default="", help="the measure (the batch's own)")
        parser.add_argument("--split", default="", help="where it is measured (the measure's own)")
        parser.add_argument("--limit", type=int, default=20, metavar="N", help="settings, the best of them (20)")
        parser.add_argument("--json", action="store_true", help="everything, as JSON")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Read and print."""
        batch = Batch.objects.filter(slug=options["batch"]).first()
        if batch is None:
            known = ", ".join(Batch.objects.values_list("slug", flat=True)[:10]) or "none yet"
            raise CommandError(f"There is no batch “{options['batch']}”. The newest: {known}.", returncode=2)
        try:
            reports = fold_reports(batch, name=str(options["name"]), split=str(options["split"]))
        except BadValue as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}", returncode=2) from refusal
        limit = int(str(options["limit"]))
        if options["json"]:
            self.stdout.write(json.dumps([report.as_json() for report in reports], indent=2))
        else:
            self.stdout.write("\n\n".join(told(report, limit) for report in reports) or "This batch has no runs yet.")
        if not reports or not all(report.is_complete for report in reports):
            sys.exit(1)


def told(report: FoldReport, limit: int) -> str:
    """A report as text."""
    parts = [_headline(report), _ranking(report, limit)]
    if report.choice is not None:
        parts.append(_nested(report, report.choice))
    return "\n\n".join(parts)


def _headline(report: FoldReport) -> str:
    goal = report.goal
    where = f" on {goal.split}" if goal.split else ""
    runs = ", ".join(f"{n} {status}" for status, n in sorted(report.counts.items()))
    silent = f" Without a number here: {report.n_silent} of the completed ones." if report.n_silent else ""
    scheme = report.spec.get("scheme", "given")
    return f"{report.batch}: {goal.name}{where} ({goal.direction}), {scheme}. Runs: {runs}.{silent}"


def _ranking(report: FoldReport, limit: int) -> str:
    inner = " (inner folds)" if report.choice is not None else ""
    head = (f"setting{inner}", "folds", "mean", "sd", "95 % interval", "behind the best")
    rows = [_row(report, row) for row in report.ranked[:limit]]
    more = len(report.ranked) - limit
    return text_table([head, *rows]) + (f"\nand {more} more (--limit)" if more > 0 else "")


def _row(report: FoldReport, row: Ranked) -> tuple[str, ...]:
    n = len(row.values)
    folds = f"{n} of {n + len(row.missing)}" if row.missing else str(n)
    mean, sd, interval = _figures(row.summary)
    behind = "" if row.behind is None else f"{row.behind.mean:.4g}" + _range(row.behind)
    return report.named(row.setting), folds, mean, sd, interval, behind


def _nested(report: FoldReport, choice: Choice) -> str:
    head = ("outer fold", "chosen by its inner folds", "inner mean", "outer")
    rows = [
        (str(one.fold), report.named(one.setting), f"{one.inner:.4g}", "" if one.outer is None else f"{one.outer:.4g}")
        for one in choice.chosen
    ]
    parts = [text_table([head, *rows])] if rows else []
    if choice.summary is None:
        missing = ", ".join(map(str, choice.missing)) or "all"
        parts.append(f"Nothing can be said of the choice yet: outer folds {missing} are not complete.")
    else:
        mean, sd, interval = _figures(choice.summary)
        within = f", 95 % interval {interval}" if interval else ""
        parts.append(f"Searching like this: mean {mean} over {choice.summary.n} outer folds, sd {sd}{within}.")
    if choice.best is not None:
        parts.append(f"To be used: {report.named(choice.best)} (best mean over all inner folds).")
    return "\n".join(parts)


def _figures(found: Folded | None) -> tuple[str, str, str]:
    if found is None:
        return "", "", ""
    return f"{found.mean:.4g}", "" if found.sd is None else f"{found.sd:.2g}", _range(found).strip(" ()")


def _range(found: Folded) -> str:
    return "" if found.low is None or found.high is None else f" ({found.low:.4g} to {found.high:.4g})"
