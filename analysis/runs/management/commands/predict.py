"""``manage.py predict``: what a trained model says of new samples."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from analysis.runs.run_names import named_run
from analysis.runs.trained import load_model
from experiments.errors import Refusal

HELP = """\
Predict with the model that a run kept: its encodings of samples and its labels come along, so samples are given as the
data set has them.

  manage.py predict digits/best new.csv                      a table (.csv, .parquet, .jsonl): columns by their names
  manage.py predict digits/7 new.npy --output said.csv       an array, shape (n, …)
  manage.py predict digits/7 new.csv --epoch 2 --json        as an earlier checkpoint had it

One line for each sample: the prediction, and a score for each label (probabilities, where the model has some)."""


class Command(BaseCommand):
    """Predicts."""

    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which model, and of what."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("run", help="BATCH/NUMBER, BATCH/best, or a run's uuid")
        parser.add_argument("samples", type=Path, help="a table or an array")
        parser.add_argument("--epoch", type=int, help="of an earlier checkpoint")
        parser.add_argument("--output", type=Path, help="a CSV file (default: the terminal)")
        parser.add_argument("--json", action="store_true", help="JSON instead of CSV")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Load, predict, write."""
        output = options["output"]
        rows = list(_rows(str(options["run"]), Path(str(options["samples"])), options["epoch"]))
        if options["json"]:
            text = json.dumps([dict(zip(rows[0], row, strict=True)) for row in rows[1:]])
            Path(str(output)).write_text(text) if output else self.stdout.write(text)
        elif output:
            with Path(str(output)).open("w", newline="") as file:
                csv.writer(file).writerows(rows)
            self.stdout.write(f"{len(rows) - 1:,} predictions in {output}")
        else:
            csv.writer(self.stdout, lineterminator="\n").writerows(rows)


def _rows(name: str, path: Path, epoch: object) -> Iterator[Sequence[object]]:
    """The heading, then one for each sample. CommandError with the way on."""
    from analysis.learning.data.readers.tables import read_samples

    try:
        model = load_model(named_run(name), epoch=epoch if isinstance(epoch, int) else None)
        samples = read_samples(path, model.origin.features)
        samples = samples if model.origin.shape else samples.reshape(len(samples))  # texts are no table
        predicted, scores = model.predict(samples), model.scores(samples)
    except Refusal as refusal:
        raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal
    except (OSError, ValueError) as error:
        raise CommandError(str(error)) from error
    yield ("prediction", *(f"score_{label}" for label in model.labels))
    for said, row in zip(predicted.tolist(), scores.tolist(), strict=True):
        yield (said, *(row if model.labels else ()))
