"""What is known of units beside what was measured, as columns: numbers, and texts that name groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analysis.results.columns import Array, attribute_of

LONGEST = 80


def columns_of(found: Sequence[Any]) -> tuple[dict[str, Array], dict[str, tuple[str | None, ...]]]:
    """found: an object for each unit. Numbers as columns; everything else that is short as texts, yes and no too."""
    rows: list[Mapping[str, Any]] = [each if isinstance(each, dict) else {} for each in found]
    numbers: dict[str, Array] = {}
    texts: dict[str, tuple[str | None, ...]] = {}
    for name in sorted({name for row in rows for name in row}):
        values = [row.get(name) for row in rows]
        if all(value is None or _is_number(value) for value in values):
            numbers[attribute_of(name)] = np.array([np.nan if each is None else each for each in values], dtype=float)
        elif any(isinstance(value, str | int | float) for value in values):
            texts[name] = tuple(_text(value) for value in values)
    return numbers, texts


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: object) -> str | None:
    """Short enough to name a group; None for what is empty or has parts."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if _is_number(value):
        return f"{value:g}"
    return value[:LONGEST] if isinstance(value, str) and value else None
