"""Named numbers and switches that a test or a demo turns while the stand-in runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crowd.standin.kernel.store import Store, Table

DEFAULTS: Mapping[str, float | str] = {
    "lag": 0.0,  # seconds until a read shows what was written (eventual consistency)
    "drop": 0.0,  # chance that a notification is never sent
    "double": 0.0,  # chance that it is sent twice
    "shuffle": 0.0,  # chance that it waits until later ones have gone
    "seed": 0.0,  # of those chances
    "rate": 0.0,  # calls of the API in a second above which it throttles; 0: never
    "burst": 10.0,  # calls at once that the rate forgives
    "reuse_assignments": 0.0,  # 1: who accepts gets the id of an assignment that was returned
    "publishing": 0.0,  # seconds for which a study of Prolific is being published
    "account": "123456789012",
    "access_key": "",  # the only one that is known; empty: every key is
    "secret_key": "",  # with it signatures are checked
    "denied": "",  # operations that the key may not call, with commas between
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One of them, where it is not the default."""

    id: str
    value: float | str


class Settings:
    """Kept in the journal."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._table = Table(store, "settings", Setting)

    def number(self, name: str) -> float:
        """As a number."""
        return float(self.all()[name])

    def text(self, name: str) -> str:
        """As text."""
        return str(self.all()[name])

    def all(self) -> dict[str, float | str]:
        """Every one of them."""
        return {**DEFAULTS, **{row.id: row.value for row in self._table.all()}}

    def change(self, wanted: Mapping[str, float | str]) -> dict[str, float | str]:
        """Turn some. ValueError names one that does not exist or has the wrong kind."""
        with self._store.transaction():
            for name, value in wanted.items():
                if name not in DEFAULTS:
                    raise ValueError(f"{name}: no such setting. There are {', '.join(DEFAULTS)}.")
                self._table.put(Setting(name, type(DEFAULTS[name])(value)))
        return self.all()
