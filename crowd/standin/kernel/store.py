"""Tables of frozen rows in memory. A transaction is one line of the journal: all of it, or nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from decimal import Decimal
from typing import Any, ClassVar, Generic, Protocol, TypeVar, get_origin, get_type_hints

from crowd.standin.kernel.journal import Change, Journal, Json


class Row(Protocol):
    """A frozen dataclass whose first field names it."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def id(self) -> str:
        """Unique in its table."""
        ...


R = TypeVar("R", bound=Row)


class Table(Generic[R]):
    """Rows by id, in the order in which they came; and by the indexed fields."""

    def __init__(self, store: Store, name: str, kind: type[R], indexed: tuple[str, ...] = ()) -> None:
        self.name = name
        self._store = store
        self._kind = kind
        self._rows: dict[str, R] = {}
        self._indexes: dict[str, dict[str, dict[str, None]]] = {field: {} for field in indexed}
        self._readers = _readers(kind)
        store.adopt(self)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def __getitem__(self, key: str) -> R:
        return self._rows[key]

    def get(self, key: str) -> R | None:
        """The row, or None."""
        return self._rows.get(key)

    def all(self) -> list[R]:
        """Oldest first."""
        return list(self._rows.values())

    def where(self, field: str, value: str) -> list[R]:
        """The rows with this value in an indexed field, oldest first."""
        return [self._rows[key] for key in self._indexes[field].get(value, ())]

    def put(self, row: R) -> R:
        """Add it, or replace the one of the same id. Inside a transaction only."""
        self._store.note(self, row.id, self._rows.get(row.id))
        self._set(row)
        return row

    def drop(self, key: str) -> None:
        """Take it out. Inside a transaction only."""
        self._store.note(self, key, self._rows.get(key))
        self._unset(key)

    def written(self, key: str) -> Change:
        """How the journal has the row as it is now."""
        row = self._rows.get(key)
        return [self.name, key, None if row is None else {f.name: getattr(row, f.name) for f in fields(row)}]

    def restore(self, key: str, row: R | None) -> None:
        """As it was before the transaction that failed."""
        self._unset(key) if row is None else self._set(row)

    def load(self, key: str, written: Json | None) -> None:
        """A change from the journal."""
        if written is None:
            self._unset(key)
            return
        known = {name: value for name, value in written.items() if name in self._readers}
        self._set(self._kind(**{name: self._readers[name](value) for name, value in known.items()}))

    def _set(self, row: R) -> None:
        old = self._rows.get(row.id)
        self._rows[row.id] = row
        for field, index in self._indexes.items():
            value = getattr(row, field)
            if old is not None and getattr(old, field) != value:
                index[getattr(old, field)].pop(row.id, None)
            index.setdefault(value, {})[row.id] = None

    def _unset(self, key: str) -> None:
        row = self._rows.pop(key, None)
        for field, index in self._indexes.items() if row is not None else ():
            index[getattr(row, field)].pop(key, None)


class Store:
    """All tables of a stand-in, under one lock. Without a journal it forgets everything when it ends."""

    def __init__(self, journal: Journal | None = None) -> None:
        self.lock = threading.RLock()
        self._journal = journal
        self._tables: dict[str, Table[Any]] = {}
        self._touched: dict[tuple[str, str], Any] = {}
        self._depth = 0

    def adopt(self, table: Table[Any]) -> None:
        """A table says that it belongs here."""
        self._tables[table.name] = table

    def load(self) -> None:
        """Read the journal. Call it once, when every table is there."""
        for changes in self._journal.replay() if self._journal else ():
            for name, key, written in changes:
                if name in self._tables:
                    self._tables[name].load(key, written)

    def note(self, table: Table[Any], key: str, before: Any) -> None:
        """What a row was when this transaction first touched it."""
        if not self._depth:
            raise RuntimeError(f"{table.name}: rows change inside a transaction only")
        self._touched.setdefault((table.name, key), before)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everybody else waits. A transaction inside another is part of it."""
        with self.lock:
            self._depth += 1
            try:
                yield
                if self._depth == 1:
                    self._commit()
            except BaseException:
                if self._depth == 1:
                    self._roll_back()
                raise
            finally:
                self._depth -= 1

    def close(self) -> None:
        """Let go of the journal."""
        if self._journal:
            self._journal.close()

    def _commit(self) -> None:
        if self._touched and self._journal:
            self._journal.append([self._tables[name].written(key) for name, key in self._touched])
        self._touched.clear()

    def _roll_back(self) -> None:
        for (name, key), before in self._touched.items():
            self._tables[name].restore(key, before)
        self._touched.clear()


def _readers(kind: type[Any]) -> dict[str, Callable[[Any], Any]]:
    """How each field comes back from JSON."""
    hints = get_type_hints(kind)
    return {field.name: _reader(hints[field.name]) for field in fields(kind)}


def _reader(hint: Any) -> Callable[[Any], Any]:
    if hint is Decimal:
        return Decimal
    if get_origin(hint) is tuple:
        return tuple
    return lambda value: value
