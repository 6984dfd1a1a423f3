"""Reference facts of the Seldonian Engine: what it gave for an input, as neutral numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeAlias

FOLDER = Path(__file__).parents[2] / "reference" / "seldonian"


Case: TypeAlias = dict[str, Any]


def facts(name: str) -> Any:
    """One file of them."""
    return json.loads((FOLDER / name).read_text())


def number(written: float | str) -> float:
    """Infinities and not-a-number are written as text."""
    return float(written)
