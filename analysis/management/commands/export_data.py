"""``manage.py export_data``: an experiment's data as files."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.exports import FORMATS, Options, ordered_tables
from analysis.exports.stream import EVERYTHING
from analysis.services.files import Chosen, write_files
from experiments.errors import Refusal
from experiments.models import Experiment


class Command(BaseCommand):
    """Write tables as files, with a codebook, a manifest and checksums beside them."""

    help = "Write an experiment's data to a folder: tables, codebook, manifest.json and SHA256SUMS."

    def add_arguments(self, parser: CommandParser) -> None:
        """Tables are known once the apps are ready."""
        names = ", ".join(table.name for table in ordered_tables())
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = (
            "examples:\n"
            "  manage.py export_data trust-cars --output data/            every table as CSV\n"
            "  manage.py export_data trust-cars --table long --format parquet --output data/\n"
            "  cd data && sha256sum --check SHA256SUMS"
        )
        parser.add_argument("experiment", help="slug of the experiment")
        parser.add_argument("--table", action="append", help=f"one of {names}; may be given again (default: all)")
        parser.add_argument("--format", default="csv", help=f"one of {', '.join(FORMATS)} (default: csv)")
        parser.add_argument("--output", type=Path, help="folder to write to (default: a new one, SLUG-data)")
        parser.add_argument("--with-rehearsal", action="store_true", help="rehearsal data too, marked is_rehearsal")
        parser.add_argument("--bom", action="store_true", help="begin CSV files with a byte order mark, for Excel")
        parser.add_argument("--json", action="store_true", help="print the manifest as JSON")

    def handle(self, *_args: object, **given: object) -> None:
        """Write, and say what was written."""
        experiment = Experiment.objects.select_related("study").filter(slug=given["experiment"]).first()
        if experiment is None:
            known = ", ".join(Experiment.objects.order_by("slug").values_list("slug", flat=True)[:20]) or "none"
            raise CommandError(f"There is no experiment “{given['experiment']}”. Experiments: {known}.")
        options = Options(with_rehearsal=bool(given["with_rehearsal"]), with_bom=bool(given["bom"]))
        tables = given["table"] or [EVERYTHING]
        assert isinstance(tables, list)  # noqa: S101 (what action="append" makes)
        chosen = Chosen(tuple(tables), str(given["format"]), options)
        folder = Path(str(given["output"] or f"{experiment.slug}-data"))
        try:
            files = write_files(experiment, chosen, folder, progress=self._show)
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}") from refusal
        if given["json"]:
            self.stdout.write(json.dumps([asdict(file) for file in files]))
            return
        for file in files:
            rows = "" if file.rows is None else f"{file.rows:,} rows"
            self.stdout.write(f"{rows:>17}  {file.size:>14,} bytes  {file.sha256[:12]}…  {folder / file.name}")

    def _show(self, table: str, done: int, total: int) -> None:
        """A bar on a terminal; nothing where output is kept."""
        if self.stderr.isatty() and total:
            filled = "█" * (24 * done // total)
            self.stderr.write(f"\r{table:>14} {filled:<24} {done:,} of {total:,}", ending="\n" if done == total else "")
