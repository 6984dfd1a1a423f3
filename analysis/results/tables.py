"""Statements put to the database, and what they bring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from analysis.results.sources import Cursor, Part


def rows(statement: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All of them."""
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())


def of_part(part: Part) -> dict[str, Any]:
    """What a statement about a part takes."""
    return {
        "experiment": part.experiment.pk,
        "is_rehearsal": part.is_rehearsal,
        "first": part.first,
        "end": part.end,
    }


def between(after: Cursor, up_to: Cursor) -> dict[str, Any]:
    """What a statement about new rows takes."""
    return {"values": after.values, "to_values": up_to.values, "units": after.units, "to_units": up_to.units}
