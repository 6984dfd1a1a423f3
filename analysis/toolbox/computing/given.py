"""What a method was given: columns by role, settings by name, as numbers and names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.statistics.methods.door import Default
from analysis.statistics.words import NoAnswer

Array = NDArray[np.float64]
Read = Sequence[float | str | None]
MOST_GROUPS = 500


@dataclass(frozen=True, slots=True)
class Given:
    """columns: by role, then by name (one, unless the role takes several). n: rows read. most_units: of counts."""

    columns: Mapping[str, Mapping[str, Read]]
    settings: Mapping[str, Default]
    n: int
    most_units: int

    def has(self, role: str) -> bool:
        """Whether that column came."""
        return role in self.columns

    def numbers(self, role: str) -> Array:
        """Shape (n,); NaN in a gap."""
        return np.array([np.nan if cell is None else cell for cell in self._only(role)], dtype=float)

    def names(self, role: str) -> list[str]:
        """As text."""
        return [str(cell) for cell in self._only(role)]

    def several(self, role: str) -> dict[str, Array]:
        """Each column by its own name, shape (n,); NaN in a gap."""
        columns = self.columns[role].items()
        return {
            name: np.array([np.nan if cell is None else cell for cell in cells], dtype=float) for name, cells in columns
        }

    def matrix(self, role: str) -> Array:
        """Shape (n, columns)."""
        columns = list(self.several(role).values())
        return np.column_stack(columns).reshape(self.n, len(columns))

    def named(self, role: str) -> dict[str, list[str | None]]:
        """Each column of names by its own name; None in a gap."""
        columns = self.columns[role].items()
        return {name: [None if cell is None else str(cell) for cell in cells] for name, cells in columns}

    def number(self, name: str) -> float:
        """A setting."""
        value = self.settings[name]
        if not isinstance(value, int | float):
            raise ValueError(f"{name} must be said.")
        return float(value)

    def whole(self, name: str) -> int:
        """A setting that counts."""
        return int(self.number(name))

    def optional(self, name: str) -> float | None:
        """A setting that may be left out."""
        return None if self.settings.get(name) is None else self.number(name)

    def text(self, name: str) -> str:
        """A choice, or words; empty where nothing was said."""
        return str(self.settings.get(name) or "")

    def listed(self, name: str) -> list[str]:
        """Words between commas."""
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def flag(self, name: str) -> bool:
        """Yes or no."""
        return bool(self.settings[name])

    @property
    def level(self) -> float:
        """The error allowed."""
        return self.number("level")

    @property
    def rng(self) -> np.random.Generator:
        """From the seed said."""
        return np.random.default_rng(self.whole("seed"))

    def groups(self, role: str = "group") -> dict[str, NDArray[np.bool_]]:
        """Which rows are of each group, in the order in which groups first come."""
        names = np.array(self.names(role), dtype=object)
        found = few(names.tolist(), MOST_GROUPS, f"different names in “{next(iter(self.columns[role]))}”")
        return {each: np.asarray(names == each, dtype=bool) for each in found}

    def pair(self) -> tuple[str, str]:
        """The names of control and treatment. NoAnswer unless there are two groups, or two are named."""
        groups = list(self.groups())
        control, treatment = (self._group(name, groups) for name in ("control", "treatment"))
        others = [each for each in groups if each not in (control, treatment)]
        if control and treatment:
            return control, treatment
        if len(groups) != 2:
            raise NoAnswer(_not_two(groups))
        return control or others[0], treatment or others[-1]

    def control_first(self) -> list[str]:
        """All groups, the control before the others."""
        groups = list(self.groups())
        control = self._group("control", groups)
        return [control, *(each for each in groups if each != control)] if control else groups

    def _group(self, setting: str, groups: Sequence[str]) -> str:
        name = self.text(setting)
        if name and name not in groups:
            raise NoAnswer(f"No row is of “{name}”: the groups are {quoted(groups)}.")
        return name

    def _only(self, role: str) -> Read:
        return next(iter(self.columns[role].values()))


def few(names: Iterable[str], most: int, what: str) -> list[str]:
    """The different ones, in the order in which they first come. NoAnswer for more than can be computed with."""
    found = list(dict.fromkeys(names))
    if len(found) > most:
        raise NoAnswer(f"There are {len(found)} {what}, and at most {most} are computed with: is it the right column?")
    return found


def quoted(names: Sequence[str]) -> str:
    """At most eight of them."""
    told = ", ".join(f"“{name}”" for name in names[:8]) or "none"
    return told if len(names) <= 8 else f"{told} and {len(names) - 8} more"


def _not_two(groups: Sequence[str]) -> str:
    if len(groups) < 2:
        return "One group alone has nothing to be compared with." if groups else "There are no rows to compare."
    return f"Two groups are compared, and there are {len(groups)}: {quoted(groups)}. Name control and treatment."
