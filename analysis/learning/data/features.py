"""What a column of a table means: to a model, to an explainer, and to somebody who reads the data dictionary."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Literal


class FeatureKind(StrEnum):
    """How a column's numbers are to be read."""

    NUMBER = "number"
    WHOLE = "whole"
    FLAG = "flag"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A column. In a matrix a category is its place in ``categories`` (0, 1, …) and a flag is 0 or 1.

    name: stable, as files and documents spell it. title, meaning, unit: for people; the data dictionary shows them.
    low, high: the values that make sense. is_ordered: its categories rise. is_fixed: nobody can change it, so no
    counterfactual may. moves: the only direction in which one may change it. is_protected: of the kind that the law or
    decency keeps out of decisions. ValueError where these disagree.
    """

    name: str
    kind: FeatureKind = FeatureKind.NUMBER
    title: str = ""
    meaning: str = ""
    unit: str = ""
    low: float = -inf
    high: float = inf
    categories: tuple[str, ...] = ()
    is_ordered: bool = False
    is_fixed: bool = False
    moves: Literal["", "up", "down"] = ""
    is_protected: bool = False

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("A feature needs a name.")
        if (self.kind is FeatureKind.CATEGORY) != bool(self.categories):
            raise ValueError(f"{self.name}: categories belong to a feature of the kind category, and it needs some.")
        if len(set(self.categories)) < len(self.categories):
            raise ValueError(f"{self.name}: a category is named twice.")
        if not self.low <= self.high:
            raise ValueError(f"{self.name}: low must be at most high, not {self.low} and {self.high}.")

    @property
    def shown_as(self) -> str:
        """Its title, or its name in words."""
        return self.title or self.name.replace("_", " ").capitalize()

    @property
    def is_numeric(self) -> bool:
        """Whether differences of its values mean something."""
        return self.kind in (FeatureKind.NUMBER, FeatureKind.WHOLE)

    def readable(self, value: float) -> str | float | int | bool:
        """A matrix's number as people read it. ValueError for a category that is none."""
        if self.kind is FeatureKind.CATEGORY:
            if value != int(value) or not 0 <= value < len(self.categories):
                raise ValueError(f"{self.name}: {value} is none of its {len(self.categories)} categories.")
            return self.categories[int(value)]
        if self.kind is FeatureKind.FLAG:
            return bool(value)
        return round(value) if self.kind is FeatureKind.WHOLE and value == round(value) else float(value)
