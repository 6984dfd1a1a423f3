"""``manage.py export_results``: what came out of a batch, as files."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import TypedDict, Unpack

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.runs.exports.files import FORMATS, write_results, write_table
from analysis.runs.results import batch_called
from experiments.errors import Refusal

EPILOG = """\
examples:
  manage.py export_results my-batch                                    a folder my-batch-results
  manage.py export_results my-batch --format parquet --output data/
  manage.py export_results my-batch --format jsonl --table -           one table, to the standard output

The folder has results.FORMAT (a row for each run, or for each output of a long series), completed.json, failed.json,
and for each run runs/NUMBER-WHAT-DIFFERS/ with run.json, its files and, if it failed, traceback.txt.
In Python: from analysis.runs.results import results; results("my-batch") is a pandas data frame.
"""


class Options(TypedDict):
    """What the command line gives."""

    batch: str
    format: str
    output: Path | None
    table: str | None
    json: bool


class Command(BaseCommand):
    """Fetches, writes, tells."""

    help = "Write a batch's results as files."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which, as what, where."""
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = EPILOG
        parser.add_argument("batch", help="name of the batch")
        parser.add_argument("--format", choices=FORMATS, default="csv", help="of the table (csv)")
        parser.add_argument("--output", type=Path, metavar="DIR", help="folder to write to (BATCH-results)")
        parser.add_argument("--table", metavar="FILE", help="only the table, to this file; - is the standard output")
        parser.add_argument("--json", action="store_true", help="say what was written as JSON")

    def handle(self, *_arguments: object, **options: Unpack[Options]) -> None:
        """Write, and say how much."""
        try:
            batch = batch_called(options["batch"])
            if options["table"] == "-":
                self._to_stdout(options)
                return
            folder = options["output"] or Path(f"{batch.slug}-results")
            place = Path(options["table"]) if options["table"] else folder
            if options["table"]:
                n = write_table(batch, place, format=options["format"])
            else:
                n = write_results(batch, place, format=options["format"])
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
        except OSError as error:
            raise CommandError(f"{error.filename or place} cannot be written: {error.strerror}.") from error
        told = {"batch": batch.slug, "files": n, "path": str(place)}
        self.stdout.write(json.dumps(told) if options["json"] else f"{n:,} files written: {place}")

    def _to_stdout(self, options: Options) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table"
            write_table(batch_called(options["batch"]), path, format=options["format"])
            if options["format"] == "parquet":
                sys.stdout.buffer.write(path.read_bytes())
            else:
                self.stdout.write(path.read_text(encoding="utf-8"), ending="")
