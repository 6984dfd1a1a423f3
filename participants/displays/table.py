"""A table of features."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

from .base import Display
from .props import Scalar, prop


@dataclass(frozen=True)
class FeatureRow:
    """One feature of a case."""

    name: str = field(metadata=prop("The feature, in the participant's words.", low=1))
    value: Scalar | None = field(metadata=prop("Its value for this case; null is shown as a dash."))
    unit: str = field(default="", metadata=prop("Unit, shown after the value."))
    definition: str = field(default="", metadata=prop("What the feature means; opens under its name."))
    highlight: bool = field(default=False, metadata=prop("Whether the row stands out."))


@dataclass(frozen=True, kw_only=True)
class Table(Display):
    """Features and their values. It scrolls by itself on a narrow screen, never the page."""

    kind = "table"

    rows: tuple[FeatureRow, ...] = field(metadata=prop("The features, in the order shown.", low=1, high=500))
    caption: str = field(default="", metadata=prop("What the table is about."))
    name_heading: str = field(default="", metadata=prop("Heading of the names; empty: Feature."))
    value_heading: str = field(default="", metadata=prop("Heading of the values; empty: Value."))
    decimals: int | None = field(default=None, metadata=prop("Decimals of numbers; null: as they are.", low=0, high=10))
    top: int | None = field(default=None, metadata=prop("How many rows to show, from the first; null: all.", low=1))

    def arranged(self, seed: int | str) -> Self:
        """Only the rows to show."""
        return replace(self, rows=self.rows[: self.top], top=None)

    def summary(self) -> str:
        """How many features."""
        return f"table: {self.caption or 'features'} ({len(self.rows)} rows)"
