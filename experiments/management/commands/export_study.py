"""``manage.py export_study SLUG``: a study as one file that import_study takes back without loss."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from experiments.models import Study
from experiments.services.snapshot import document_of
from experiments.yaml_file import dump

HELP = (
    "Write a study with its experiments as one YAML file: definitions, consent texts and settings, no data and no "
    "people. Importing the file gives the same study. Status 0: written. 1: there is no such study."
)


class Command(BaseCommand):
    """Export a study file."""

    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which, and where to."""
        parser.add_argument("slug", help="the study's slug")
        parser.add_argument("--output", default="-", metavar="FILE", help="where to; - (the default) prints it")

    def handle(self, *_arguments: object, **options: str) -> None:
        """Find, write."""
        study = Study.objects.filter(slug=options["slug"]).first()
        if study is None:
            known = ", ".join(Study.objects.order_by("slug").values_list("slug", flat=True)[:20]) or "none"
            raise CommandError(f"There is no study “{options['slug']}”. Studies: {known}.")
        text = dump(document_of(study))
        if options["output"] == "-":
            self.stdout.write(text, ending="")
            return
        _write(Path(options["output"]), text)
        self.stderr.write(f"Wrote {options['output']}.")


def _write(path: Path, text: str) -> None:
    """Whole, or not at all: a file that is there stays until the new one is complete."""
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}", returncode=2) from error
