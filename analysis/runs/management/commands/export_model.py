"""``manage.py export_model``: a trained model for other programs."""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from hashlib import sha256
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from analysis.runs.run_names import named_run
from analysis.runs.trained import load_model
from experiments.errors import Refusal

HELP = """\
Write the model that a run kept as ONNX, its encodings of samples included: ONNX Runtime and many others run it, in any
language, without Machina. Needs the extra: pip install -r requirements-onnx.txt

  manage.py export_model digits/best digits.onnx
  manage.py export_model digits/7 digits.onnx --epoch 2

Input: samples, float32, as the data set has them. Outputs: label and scores of classes, or number."""


class Command(BaseCommand):
    """Exports."""

    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which model, and where to."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("run", help="BATCH/NUMBER, BATCH/best, or a run's uuid")
        parser.add_argument("output", type=Path, help="the file to write, ending in .onnx")
        parser.add_argument("--epoch", type=int, help="of an earlier checkpoint")
        parser.add_argument("--json", action="store_true", help="what was written, as JSON")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Load, convert, write."""
        from analysis.learning.export.onnx import NotExportable, onnx_of

        epoch, output = options["epoch"], Path(str(options["output"]))
        try:
            model = load_model(named_run(str(options["run"])), epoch=epoch if isinstance(epoch, int) else None)
            content = onnx_of(model)
            output.write_bytes(content)
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
        except (NotExportable, OSError) as error:
            raise CommandError(str(error)) from error
        written = {"path": str(output), "size": len(content), "sha256": sha256(content).hexdigest()}
        self.stdout.write(json.dumps(written) if options["json"] else f"{len(content):,} bytes in {output}")
