"""Two things side by side."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

from .base import Display, shuffled
from .props import prop


@dataclass(frozen=True)
class Column:
    """One of the things compared, made of other displays."""

    displays: tuple[Display, ...] = field(
        metadata=prop("What stands in the column: {kind, props} each.", low=1, high=20)
    )
    title: str = field(default="", metadata=prop("Heading of the column."))


@dataclass(frozen=True, kw_only=True)
class Comparison(Display):
    """Columns beside each other on a wide screen, below each other on a phone; for two models on one case."""

    kind = "comparison"

    columns: tuple[Column, ...] = field(metadata=prop("The columns.", low=2, high=4))
    title: str = field(default="", metadata=prop("What is compared."))
    shuffle: bool = field(default=False, metadata=prop("Draw the order of the columns per participant and page."))

    def check(self) -> list[tuple[str, str]]:
        """Columns show; they do not ask."""
        return [
            (f".columns[{column}].displays[{row}].kind", f"must be a kind that shows, not {display.kind}.")
            for column, entry in enumerate(self.columns)
            for row, display in enumerate(entry.displays)
            if display.asks
        ]

    def arranged(self, seed: int | str) -> Self:
        """The columns in the order drawn, shuffle switched off."""
        columns = shuffled(seed, self.columns, self.name) if self.shuffle else self.columns
        return replace(self, columns=columns, shuffle=False)

    @property
    def scripts(self) -> tuple[str, ...]:
        """Those of the displays inside."""
        return tuple(script for column in self.columns for shown in column.displays for script in shown.scripts)

    def summary(self) -> str:
        """What the columns are called."""
        return f"comparison: {' | '.join(column.title or f'column {i + 1}' for i, column in enumerate(self.columns))}"
