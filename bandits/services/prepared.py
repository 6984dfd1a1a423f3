"""Statements that the database plans once for each connection: on the hot path, planning cost more than the work."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from types import NoneType
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

_PREPARED: WeakKeyDictionary[object, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Statement:
    """One statement with $1, $2, … of these types. Behind a pooler that changes connections it is sent as it is."""

    name: str
    types: Sequence[str]
    text: str

    def rows(self, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run it."""
        link = connections[DEFAULT_DB_ALIAS]
        if link.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            with link.cursor() as cursor:
                cursor.execute(self._plain, {f"p{n}": value for n, value in enumerate(parameters, start=1)})
                return list(cursor.fetchall())
        link.ensure_connection()
        with link.wrap_database_errors, _cursor(link) as cursor:
            ready = _PREPARED.setdefault(link.connection, set())
            if self.name not in ready:
                cursor.execute(f"PREPARE {self.name} ({', '.join(self.types)}) AS {self.text}")
                ready.add(self.name)
            cursor.execute(*self._execution(parameters))
            return list(cursor.fetchall())

    def _execution(self, parameters: Sequence[Any]) -> tuple[str, list[Any]]:
        """Numbers, times and plain words are written out here, in a tenth of the driver's time; other texts are the
        driver's business.
        """
        written = [_literal(value) for value in parameters]
        texts = [value for value, literal in zip(parameters, written, strict=True) if literal == "%s"]
        return f"EXECUTE {self.name} ({', '.join(written)})", texts

    @cached_property
    def _plain(self) -> str:
        return re.sub(r"\$(\d+)", lambda place: f"%(p{place[1]})s::{self.types[int(place[1]) - 1]}", self.text)


def _cursor(link: BaseDatabaseWrapper) -> Any:
    """The driver's own, at half the cost of Django's, unless somebody listens to statements or may undo them."""
    is_plain = link.autocommit and not (link.in_atomic_block or link.queries_logged or link.execute_wrappers)
    return link.connection.cursor() if is_plain else link.cursor()


def _literal(value: object) -> str:
    write = LITERALS.get(type(value))
    return write(value) if write else "%s"


def _word(text: str) -> str:
    """Quoted where nothing in it could end the quotes."""
    return f"'{text}'" if not text or (text.isascii() and text.isalnum()) else "%s"


LITERALS: Mapping[type, Callable[[Any], str]] = {
    NoneType: lambda _: "NULL",
    bool: lambda value: "true" if value else "false",
    int: str,
    float: lambda value: f"'{value!r}'",  # quoted, for what has no plain form: nan and infinities
    datetime: lambda value: f"'{value.isoformat()}'",
    str: _word,
}
