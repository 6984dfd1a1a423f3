"""Statements that the database plans once for each connection: on the hot path, planning cost more than the work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
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
            cursor.execute(self._execute, parameters)
            return list(cursor.fetchall())

    @cached_property
    def _execute(self) -> str:
        return f"EXECUTE {self.name} ({', '.join(['%s'] * len(self.types))})"

    @cached_property
    def _plain(self) -> str:
        return re.sub(r"\$(\d+)", lambda place: f"%(p{place[1]})s::{self.types[int(place[1]) - 1]}", self.text)
