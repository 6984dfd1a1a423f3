"""``manage.py statistics``: any method of the methods page, on any table."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.statistics.methods import CHAPTERS, METHODS, Method
from analysis.statistics.methods.door import Default, Door, NoDoor
from analysis.toolbox.computing.calling import example_command, example_roles, example_settings, found_by
from analysis.toolbox.computing.problems import BadInput
from analysis.toolbox.computing.table import Table, from_csv, to_csv

if TYPE_CHECKING:
    from analysis.toolbox.computing.answered import Answered

EPILOG = """examples:
  manage.py statistics                                    every method, by chapter
  manage.py statistics --search kappa                     those that speak of it
  manage.py statistics welch --help                       what it promises, what it reads, what it may be told
  manage.py statistics welch --example                    its answer to the example data that it carries
  manage.py statistics welch --example-csv > data.csv     that example as a file, to see how data may look
  manage.py statistics welch --csv data.csv --value rating --group menu
  manage.py statistics tost --csv data.csv --value rating --group menu --set low=-3 --set high=3
  cut -d, -f2- items.csv | manage.py statistics cronbach-alpha --csv -
  manage.py statistics mann-whitney --experiment lunch-2026 --value score --group arm --json
  manage.py statistics welch --experiment lunch-2026 --table long --where measure=score --value value --group arm

Data are a table: CSV with the names of its columns in the first line, or the wide table of an experiment's downloads
(--experiment). Rows with an empty cell are left out, and that is said. Where the data bear no answer the
sentence why is printed and the exit code is 1. Every method with its formula and source: docs/methods.md."""


class Command(BaseCommand):
    """Reads a table, asks one method, prints the answer. Nothing is stored."""

    help = "Ask any method of statistics by its name, with your own table: agreement, survival, Bayes, equivalence, …"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """One subcommand for each method, with its own columns."""
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = EPILOG
        parser.add_argument("--search", default="", metavar="WORDS", help="only methods that speak of all these words")
        parser.add_argument("--json", action="store_true", help="as JSON")
        keys = parser.add_subparsers(dest="key", metavar="METHOD")
        for method in METHODS.values():
            if isinstance(method.door, Door):
                one = keys.add_parser(method.key, description=_taught(method))
                one.formatter_class = argparse.RawDescriptionHelpFormatter
                _add_columns(one, method.door)

    def handle(self, *_arguments: object, **options: object) -> None:
        """List, teach or answer."""
        if not options["key"]:
            self._list(str(options["search"]), is_json=bool(options["json"]))
            return
        method = METHODS[str(options["key"])]
        assert isinstance(method.door, Door)  # noqa: S101 (only these have a subcommand)
        if options["example_csv"]:
            self.stdout.write(to_csv(method.door.shapes[0].example.columns), ending="")
            return
        if not (options["csv"] or options["experiment"] or options["example"]):
            self.stdout.write(_taught(method))
            return
        self._answer(method, method.door, options)

    def _answer(self, method: Method, door: Door, options: Mapping[str, object]) -> None:
        from analysis.toolbox.computing.answering import answer  # SciPy: only when somebody asks

        try:
            if options["example"]:
                shape = door.shapes[0]
                table, roles = Table(shape.example.columns), example_roles(shape)
                settings = {**example_settings(door, shape), **_settings(options)}
            else:
                table, roles, settings = _kept(_table(options), options), _roles(door, options), _settings(options)
            found = answer(method, table, roles, settings)
        except BadInput as error:
            raise CommandError("\n".join(each.sentence for each in error.problems)) from error
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
        elif not found.why_not:
            self.stdout.write("\n".join(_told(found)))
        if found.why_not:
            raise CommandError(f"No answer: {found.why_not}", returncode=1)

    def _list(self, words: str, *, is_json: bool) -> None:
        found = found_by(words)
        if is_json:
            rows = [{"key": each.key, "title": each.title, "has_door": isinstance(each.door, Door)} for each in found]
            self.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False))
            return
        for chapter, methods in CHAPTERS.items():
            own = [each for each in methods if each in found]
            if own:
                self.stdout.write(self.style.MIGRATE_HEADING(chapter))
                for each in own:
                    where = "" if isinstance(each.door, Door) else "  (not here: see its section in docs/methods.md)"
                    self.stdout.write(f"  {each.key:<30} {each.title}{where}")
        if not found:
            raise CommandError(f"No method speaks of “{words}”. `manage.py statistics` lists them all.")


def _add_columns(parser: argparse.ArgumentParser, door: Door) -> None:
    parser.add_argument("--csv", metavar="FILE", help="the table; - reads it from the standard input")
    parser.add_argument("--experiment", metavar="SLUG", help="an experiment's download instead of a file")
    parser.add_argument(
        "--table", default="wide", metavar="TABLE", help="which of its tables (wide: a row of each unit)"
    )
    parser.add_argument("--where", action="append", default=[], metavar="COLUMN=VALUE", help="only rows that say so")
    parser.add_argument("--example", action="store_true", help="the example data instead of a file")
    parser.add_argument("--example-csv", action="store_true", help="print the example data")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting, as level=0.01")
    parser.add_argument("--json", action="store_true", help="everything as JSON")
    seen = set()
    columns = parser.add_argument_group("which column is what (found by itself if it is called so)")
    for column in (each for shape in door.shapes for each in shape.columns):
        if column.name not in seen:
            seen.add(column.name)
            how = {"nargs": "+", "metavar": "COLUMN"} if column.is_several else {"metavar": "COLUMN"}
            columns.add_argument(f"--{column.name}", help=column.words.replace("%", "%%"), **how)  # type: ignore[arg-type]  # of add_argument


def _taught(method: Method) -> str:
    """What a newcomer has to know of it."""
    if isinstance(method.door, NoDoor):
        return method.door.why
    lines = [f"{method.title}. {method.sentence}", "", *(f"    {line}" for line in method.formula.split(";  "))]
    lines += ["", f"Needs: {method.needs}", f"Source: {method.reference}", ""]
    for place, shape in enumerate(method.door.shapes):
        lines += [
            f"{'or r' if place else 'R'}eads {shape.title}:",
            *(f"  --{each.name}  {each.words}" for each in shape.columns),
        ]
    said = method.door.settings_of(method.door.shapes[0])
    lines += ["", "Settings (--set NAME=VALUE):"] if said else []
    for each in said:
        default = "must be said" if each.is_required else "left out" if each.default is None else f"{each.default}"
        lines.append(f"  {each.name}  {each.title}: {each.range_words} ({default})")
    return "\n".join(
        [*lines, "", f"Example ({method.door.shapes[0].example.title[:-1]}):", f"  {example_command(method)}"]
    )


def _table(options: Mapping[str, object]) -> Table:
    if options["experiment"]:
        return from_csv(_download(str(options["experiment"]), str(options["table"])))
    path = str(options["csv"])
    try:
        return from_csv(sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: this is no text in UTF-8; save it as CSV.") from error


def _kept(table: Table, options: Mapping[str, object]) -> Table:
    """The rows that say what --where says."""
    said = options["where"]
    assert isinstance(said, list)  # noqa: S101 (what action="append" makes)
    for each in said:
        name, _, value = str(each).partition("=")
        if name not in table.columns:
            raise CommandError(f"There is no column “{name}”; there are {', '.join(table.columns)}.")
        rows = [place for place, cell in enumerate(table.columns[name]) if str(cell) == value]
        table = Table({column: [cells[row] for row in rows] for column, cells in table.columns.items()})
    return table


def _download(slug: str, table: str) -> str:
    """The very bytes that a download of that table has."""
    from analysis.exports.options import Options
    from analysis.exports.stream import Download, Request
    from experiments.errors import Refusal
    from experiments.models import Experiment

    experiment = Experiment.objects.select_related("study").filter(slug=slug).first()
    if experiment is None:
        raise CommandError(f"There is no experiment “{slug}”.")
    try:
        return b"".join(Download(experiment, Request(table, "csv", Options()))).decode()
    except Refusal as refusal:
        raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal


def _roles(door: Door, options: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    found = {}
    for column in (each for shape in door.shapes for each in shape.columns):
        given = options.get(column.name)
        if given:
            found[column.name] = tuple(map(str, given)) if isinstance(given, list) else (str(given),)
    return found


def _settings(options: Mapping[str, object]) -> dict[str, Default]:
    said = options["set"]
    assert isinstance(said, list)  # noqa: S101 (what action="append" makes)
    found: dict[str, Default] = {}
    for each in said:
        name, sign, value = str(each).partition("=")
        if not sign:
            raise CommandError(f"--set takes NAME=VALUE, as --set level=0.01, not “{each}”.")
        found[name.strip()] = value.strip()
    return found


def _told(found: Answered) -> Iterator[str]:
    yield f"{found.method.title} ({found.method.key}), {found.n} row{'s' * (found.n != 1)}"
    yield from (f"  {line.sentence}" for line in found.lines)
    yield from found.promises or (found.method.sentence,)
    yield from (f"! {remark}" for remark in found.remarks)
    yield f"Source: {found.method.reference}"
