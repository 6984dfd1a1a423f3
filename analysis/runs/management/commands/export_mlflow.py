"""``manage.py export_mlflow``: a batch in MLflow's tracking format."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TypedDict, Unpack

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.runs.exports.mlflow_folder import Written, write_folder
from analysis.runs.models import Run
from analysis.runs.results import batch_called
from experiments.errors import Refusal

EPILOG = """\
examples:
  manage.py export_mlflow my-batch                  a folder mlruns, as MLflow writes it
  manage.py export_mlflow my-batch --output /data/mlruns

The batch becomes an MLflow experiment, each run an MLflow run with its parameters, every metric at every epoch, tags
(batch, digest, attempts, error) and its files. Exporting again replaces the batch's runs. Then, with MLflow 3:
  MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri mlruns
  mlflow migrate-filestore --source mlruns --target sqlite:///mlflow.db      into a database
"""


class Options(TypedDict):
    """What the command line gives."""

    batch: str
    output: Path
    json: bool


class Command(BaseCommand):
    """Fetches, writes, tells."""

    help = "Write a batch as MLflow's tracking files, so that other tools read it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which, and where."""
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = EPILOG
        parser.add_argument("batch", help="name of the batch")
        parser.add_argument("--output", type=Path, default=Path("mlruns"), metavar="DIR", help="folder (mlruns)")
        parser.add_argument("--json", action="store_true", help="say what was written as JSON")

    def handle(self, *_arguments: object, **options: Unpack[Options]) -> None:
        """Write run by run, with a bar on a terminal."""
        written = Written()
        try:
            batch = batch_called(options["batch"])
            total = Run.objects.filter(batch=batch).count()
            for written in write_folder(batch, options["output"]):
                self._show(written.runs, total)
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
        except FileExistsError as error:
            raise CommandError(str(error)) from error
        told = {"batch": batch.slug, "path": str(options["output"]), "runs": written.runs}
        told |= {"metrics": written.metrics, "files": written.files}
        sentence = (
            f"{written.runs:,} runs, {written.metrics:,} metrics and {written.files:,} files: {options['output']}"
        )
        self.stdout.write(json.dumps(told) if options["json"] else sentence)

    def _show(self, done: int, total: int) -> None:
        if self.stderr.isatty():
            filled = "█" * (24 * done // max(1, total))
            self.stderr.write(f"\r{filled:<24} {done:,} of {total:,} runs", ending="\n" if done == total else "")
