"""``manage.py train``: a model under behavioural constraints, on this machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, Unpack

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from analysis.assurance.management.results import lines_of, summary_of, write_files
from analysis.assurance.reads import Ended, ended_in
from analysis.assurance.services.recording import record_missing
from analysis.runs.local.driver import Driver
from analysis.runs.local.ordering import Ordered, ordered, with_seed
from analysis.runs.local.schema import make_tables
from analysis.runs.management.computing import (
    CANNOT,
    add_batch_options,
    explain,
    refusal_lines,
    require_sound,
    shown,
)
from analysis.runs.models import Status
from analysis.runs.services.preparing import Wish, make_ready
from experiments.errors import Refusal

EPILOG = """\
examples:
  manage.py train fair.yml --dry-run       are there enough rows? which bounds? nothing is computed or changed
  manage.py train fair.yml                 train, test, and say what was found of every constraint
  manage.py train fair.yml --json          the same for scripts
  manage.py train fair.yml --output out/   besides, write the model and the report to a folder

fair.yml says everything, for instance:
  procedure: safe
  data: {type: csv, path: loans.csv}              or a data set that comes with the house: {type: arrests}
  label: granted
  positive: "yes"
  groups: {M: {column: sex, equals: male}, F: {column: sex, equals: female}}
  model: {type: logistic}
  constraints:
    - {text: "abs((PR | [M]) - (PR | [F])) <= 0.15", delta: 0.05}

The rows are divided first. A candidate is sought on one part; the other part, the safety set, tests it once. It passes
only if every constraint is shown to hold with probability 1 - delta; otherwise there is No Solution Found, with the
reason. Every use of a safety set is counted: what it said of earlier candidates is not forgotten by starting again.

A sweep anywhere in the file ({sweep: [0.4, 0.6]}) makes a training of each value. Stop with Ctrl-C and start again at
will: what is done is not computed again.

Exit status: 0 every training passed; 3 No Solution Found in one at least; 1 one could not be done (the reason is said);
2 the file cannot be carried out; 130 stopped. More: docs/safety.md
"""
FAILED, NOT_FOUND, STOPPED = 1, 3, 130


class Options(TypedDict):
    """What the command line gives."""

    file: Path
    workers: int
    name: str
    study: str
    seed: int | None
    dry_run: bool
    output: Path | None
    json: bool
    quiet: bool
    verbosity: int


class Command(BaseCommand):
    """Reads, trains, tells."""

    help = "Train a model under behavioural constraints: it passes its safety test, or there is No Solution Found."

    def add_arguments(self, parser: CommandParser) -> None:
        """What, how, and how it is told."""
        parser.add_argument("file", type=Path, help="the document, YAML or JSON")
        explain(parser, EPILOG)
        add_batch_options(parser, usual_name="slug of the document, or the file's")
        parser.add_argument("--seed", type=int, help="all chance of the search comes from it (18)")
        parser.add_argument("--dry-run", action="store_true", help="say whether the data could suffice; change nothing")
        parser.add_argument("--output", type=Path, metavar="DIR", help="afterwards, write models and reports there")
        parser.add_argument("--json", action="store_true", help="what was found as JSON")

    def handle(self, *_arguments: object, **options: Unpack[Options]) -> None:
        """The exit status tells the truth."""
        try:
            order = self._order(options)
            status = self._rehearse(order, options) if options["dry_run"] else self._train(order, options)
        except Refusal as refusal:
            raise CommandError(refusal_lines(refusal), returncode=CANNOT) from refusal
        except KeyboardInterrupt as error:
            raise CommandError("Stopped before anything began.", returncode=STOPPED) from error
        if status:
            sys.exit(status)

    def _order(self, options: Options) -> Ordered:
        """A file with mistakes is told line by line, and nothing is begun."""
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.", returncode=CANNOT)
        order = with_seed(ordered(str(options["file"]), None, name=options["name"]), options["seed"])
        otherwise = "manage.py run_batch computes the others."
        require_sound(order, str(options["file"]), procedure="safe", otherwise=otherwise)
        return order

    def _rehearse(self, order: Ordered, options: Options) -> int:
        """Of every setting; 3 if one of them cannot pass on these data."""
        from analysis.learning.search.design import read_design
        from analysis.safety.rehearsal import rehearse

        proposals = read_design(order.document).proposals()
        try:
            found = [(proposal.built.choices, rehearse(proposal.setting)) for proposal in proposals]
        except ValueError as error:
            raise CommandError(str(error), returncode=FAILED) from error
        if options["json"]:
            told = [{"choices": choices, **rehearsal.as_json()} for choices, rehearsal in found]
            self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))
        else:
            for choices, rehearsal in found:
                self._say(*([", ".join(f"{name} = {value}" for name, value in choices.items())] if choices else []))
                self._say(*rehearsal.lines())
        return 0 if all(rehearsal.could_pass for _, rehearsal in found) else NOT_FOUND

    def _train(self, order: Ordered, options: Options) -> int:
        make_tables()
        wish = Wish(study=options["study"])
        ready = make_ready(order.slug, order.document, wish, now=timezone.now(), source=order.source)
        workers = min(options["workers"], max(1, ready.batch.runs.count()))
        driver = Driver(ready.batch, workers, shown(quiet=options["quiet"], as_json=options["json"]))
        driver.drive()
        record_missing(now=timezone.now())
        found = ended_in(ready.batch)
        if options["output"] is not None:
            write_files(found, options["output"])
        if options["json"]:
            self.stdout.write(json.dumps(summary_of(ready.batch, found), indent=2, ensure_ascii=False))
        else:
            self._say(*lines_of(ready.batch, found))
        return STOPPED if driver.was_stopped else status_of(found)

    def _say(self, *sentences: str) -> None:
        for sentence in sentences:
            self.stdout.write(sentence)


def status_of(found: Sequence[Ended]) -> int:
    """0 only if every training passed; a passing one beside one that could not be done is no success."""
    if not found or any(one.run.status != Status.COMPLETED or one.test is None for one in found):
        return FAILED
    return 0 if all(one.passed for one in found) else NOT_FOUND
