"""Statements that the database plans once for each connection: on the hot path, planning cost more than the work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

_PREPARED: WeakKeyDictionary[object, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Statement:
    """One statement with $1, $2, … of these types. Behind a pooler that changes connections it is sent as it is."""

    name: str
    types: Sequence[str]
    text: str

    def rows(self, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run it."""
        with connection.cursor() as cursor:
            if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
                cursor.execute(self._plain, {f"p{n}": value for n, value in enumerate(parameters, start=1)})
                return list(cursor.fetchall())
            ready = _PREPARED.setdefault(connection.connection, set())
            if self.name not in ready:
                cursor.execute(f"PREPARE {self.name} ({', '.join(self.types)}) AS {self.text}")
                ready.add(self.name)
            cursor.execute(*self._execution(parameters))
            return list(cursor.fetchall())

    def _execution(self, parameters: Sequence[Any]) -> tuple[str, list[Any]]:
        """Numbers and times are written out here, in a tenth of the driver's time; texts are the driver's business."""
        written = [_literal(value) for value in parameters]
        texts = [value for value, literal in zip(parameters, written, strict=True) if literal == "%s"]
        return f"EXECUTE {self.name} ({', '.join(written)})", texts

    @cached_property
    def _plain(self) -> str:
        return re.sub(r"\$(\d+)", lambda place: f"%(p{place[1]})s::{self.types[int(place[1]) - 1]}", self.text)


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"'{value!r}'"  # quoted, for what has no plain form: nan and infinities
    if isinstance(value, datetime):
        return f"'{value.isoformat()}'"
    return "%s"
