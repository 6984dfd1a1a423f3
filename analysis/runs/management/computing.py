"""What commands that compute a batch on this machine share: options, the bar, what is said when one is refused."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter

from django.core.management.base import CommandError

from analysis.learning.document import check_text
from analysis.runs.local.ordering import Ordered
from analysis.runs.local.terminal import Bar, Quiet, Shows
from experiments.errors import Invalid, Refusal
from experiments.management.study_files import lines_of

CANNOT = 2
"""Exit status: the order cannot be carried out."""


def explain(parser: ArgumentParser, epilog: str) -> None:
    """End the help with this text, line by line as it is written."""
    parser.epilog, parser.formatter_class = epilog, RawDescriptionHelpFormatter


def add_batch_options(parser: ArgumentParser, *, usual_name: str) -> None:
    """--workers, --name, --study and --quiet. usual_name: what the batch is called if nobody says."""
    parser.add_argument("--workers", type=several, default=os.cpu_count() or 1, help="processes (one per core)")
    parser.add_argument("--name", default="", help=f"of the batch (default: {usual_name})")
    parser.add_argument("--study", default="computations", help="slug of the study for a new batch (computations)")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def several(text: str) -> int:
    """A whole number of 1 or more."""
    if not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"must be a whole number of 1 or more, not {text}")
    return int(text)


def shown(*, quiet: bool, as_json: bool) -> Shows:
    """The bar, unless it is not wanted or scripts read what is written."""
    return Quiet() if quiet or (as_json and not sys.stderr.isatty()) else Bar(sys.stderr)


def require_sound(order: Ordered, file: str, *, procedure: str, otherwise: str) -> None:
    """CommandError with every mistake and its line, or for another procedure. otherwise: which command to use then."""
    checked = check_text(order.source)
    if checked.problems:
        raise CommandError(lines_of(file, checked.problems), returncode=CANNOT)
    if order.document.get("procedure") != procedure:
        raise CommandError(f"{file} does not say procedure: {procedure}. {otherwise}", returncode=CANNOT)


def refusal_lines(refusal: Refusal) -> str:
    """Every error on a line of its own."""
    errors = refusal.errors if isinstance(refusal, Invalid) else ()
    lines = [f"  {error['path']}: {error['message']} {error.get('hint', '')}".rstrip() for error in errors]
    return "\n".join([refusal.message, *lines]) if lines else f"{refusal.message} {refusal.hint}".strip()
