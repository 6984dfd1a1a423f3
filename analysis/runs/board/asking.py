"""What somebody wants to see of the runs: which, in what order, with which columns. Read from the address.

where: conditions with semicolons between, such as ``lr<=0.01; validation.f1_macro>0.9; kind=adam``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import F, OrderBy, Q, QuerySet
from django.db.models.fields.json import KeyTransform
from django.http import QueryDict

from analysis.runs.board.parameters import Parameter
from analysis.runs.models import Run, Status
from experiments.types import Json

CONDITION: Final = re.compile(r"\s*(?P<name>[^<>=!~]{1,120}?)\s*(?P<sign><=|>=|!=|=|<|>|~)\s*(?P<value>.{0,200}?)\s*")
SIGNS: Final = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte", "=": "exact", "!=": "exact", "~": "icontains"}
PAGE: Final = 100
MOST_CONDITIONS: Final = 20
PLAIN: Final = {
    "number": "Run",
    "status": "Status",
    "outer_fold": "Fold",
    "inner_fold": "Inner fold",
    "seed": "Seed",
    "epoch": "Epoch",
    "primary": "Goal",
    "seconds": "Seconds",
    "cpu_seconds": "CPU seconds",
    "peak_memory": "Memory, MiB",
    "attempt": "Attempt",
    "worker": "Worker",
    "started_at": "Started",
    "finished_at": "Finished",
    "error": "Error",
}


@dataclass(frozen=True, slots=True)
class Column:
    """key: in the address. path: within the JSON column `source`; empty where the column is plain."""

    key: str
    title: str
    source: str
    path: tuple[str | int, ...] = ()
    is_number: bool = True

    def expression(self) -> F | KeyTransform:
        """To sort and to filter by; JSON compares numbers as numbers."""
        found: F | KeyTransform = F(self.source)
        for part in self.path:
            found = KeyTransform(str(part), found)
        return found


@dataclass(frozen=True, slots=True)
class Wish:
    """faults: sentences about what could not be understood; the rest is done."""

    statuses: tuple[str, ...]
    where: str
    sort: str
    columns: tuple[str, ...]
    page: int
    conditions: tuple[tuple[Column, str, str], ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def is_filtered(self) -> bool:
        """Whether some runs may be left out."""
        return bool(self.statuses or self.conditions)


def all_columns(parameters: Sequence[Parameter], figures: Sequence[tuple[str, str]]) -> dict[str, Column]:
    """By key: what every run has, what differs between settings, what was measured."""
    words = {"status", "worker", "error"}
    plain = [Column(key, title, key, is_number=key not in words) for key, title in PLAIN.items()]
    varied = [Column(f"p.{each.key}", each.name, "setting", each.path, each.is_number) for each in parameters]
    measured = [
        Column(f"m.{split}.{name}", f"{split} {name}".strip(), "latest", (split, name)) for split, name in figures
    ]
    return {column.key: column for column in (*plain, *varied, *measured)}


def wish_in(query: QueryDict, columns: dict[str, Column]) -> Wish:
    """What is unknown is told, and passed over."""
    where = query.get("where", "")[:1_000]
    conditions, faults = _conditions(where, columns)
    sort = query.get("sort", "number")
    if sort.lstrip("-") not in columns:
        sort = "number"
    page = query.get("page", "1")
    return Wish(
        statuses=tuple(status for status in query.getlist("status") if status in Status.values),
        where=where,
        sort=sort,
        columns=tuple(key for key in query.getlist("col") if key in columns),
        page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        conditions=conditions,
        faults=faults,
    )


def ordering(wish: Wish, columns: dict[str, Column]) -> list[OrderBy]:
    """What has no value comes last in either direction; equals stand in the order of their numbers."""
    column = columns[wish.sort.lstrip("-")]
    first = OrderBy(column.expression(), descending=wish.sort.startswith("-"), nulls_last=True)
    return [first, OrderBy(F("batch_id")), OrderBy(F("number"))]


def filtered(runs: QuerySet[Run], wish: Wish) -> QuerySet[Run]:
    """Those for which all conditions hold."""
    chosen = runs.filter(status__in=wish.statuses) if wish.statuses else runs
    for place, (column, sign, value) in enumerate(wish.conditions):
        name = f"wished_{place}"
        wanted = _typed(value) if sign != "~" and (column.path or column.is_number) else value
        condition = Q(**{f"{name}__{SIGNS[sign]}": wanted})
        chosen = chosen.alias(**{name: column.expression()}).filter(~condition if sign == "!=" else condition)
    return chosen


def _typed(value: str) -> Json:
    try:
        typed: Json = json.loads(value)
    except ValueError:
        return value
    return typed


Conditions = tuple[tuple[tuple[Column, str, str], ...], tuple[str, ...]]


def _conditions(where: str, columns: dict[str, Column]) -> Conditions:
    named = {**{_plain(column.title): column for column in columns.values()}, **columns}
    named |= {_plain(key.removeprefix("m.").removeprefix("p.")): column for key, column in columns.items()}
    found, faults = [], []
    for text in [part for part in where.split(";") if part.strip()][:MOST_CONDITIONS]:
        match = CONDITION.fullmatch(text)
        column = named.get(_plain(match["name"])) if match else None
        if match is None:
            faults.append(f"“{text.strip()}” is no condition: write a name, one of < <= > >= = != ~, and a value.")
        elif column is None:
            faults.append(f"There is no column “{match['name']}”. Known: {', '.join(sorted(named))[:300]}.")
        elif fault := _value_fault(column, match["sign"], match["value"]):
            faults.append(fault)
        else:
            found.append((column, match["sign"], match["value"]))
    return tuple(found), tuple(faults)


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", ".")


def _value_fault(column: Column, sign: str, value: str) -> str:
    """Plain columns have types of their own, which the database insists on."""
    if column.path or sign == "~" or not column.is_number:
        return ""
    if column.key.endswith("_at"):
        return f"“{column.title}” is sorted, not compared."
    typed = _typed(value)
    is_number = isinstance(typed, int | float) and not isinstance(typed, bool)
    return "" if is_number else f"“{column.title}” is a number; “{value}” is none."
