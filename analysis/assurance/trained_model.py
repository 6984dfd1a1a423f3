"""A trained model as its report's page shows it: weights or rules as bars, the weightiest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from experiments.types import Json, JsonObject

MOST: Final = 16
HALF: Final = 50.0


@dataclass(frozen=True, slots=True)
class Line:
    """One weight or rule. start, width: of its bar, of 100. rows: how many it is about; empty: unknown."""

    label: str
    value: str
    start: float
    width: float
    rows: str = ""


@dataclass(frozen=True, slots=True)
class ShownModel:
    """heading: what the values are. is_rules: bars begin at the left, not in the middle. left: lines not shown."""

    kind: str
    parameters: int
    heading: str
    lines: tuple[Line, ...]
    is_rules: bool
    left: int


def shown_model(trained: JsonObject) -> ShownModel | None:
    """None where a report says nothing of its model, or a model cannot be told in so few lines."""
    rules, weights = _entries(trained, "rules"), _entries(trained, "weights")
    if not rules and not weights:
        return None
    lines = _rules(rules) if rules else _weights(weights)
    heading = "What it says" if rules else "What a usual difference adds to the score"
    kind, size = str(trained.get("type", "")).replace("_", " "), int(str(trained.get("parameters", 0)))
    return ShownModel(kind, size, heading, tuple(lines[:MOST]), bool(rules), max(0, len(lines) - MOST))


def _rules(rules: Sequence[JsonObject]) -> list[Line]:
    """By what they say, the highest first; a bar where it is one probability."""
    found = []
    for rule in rules:
        said = [float(str(value)) for value in cast("Sequence[Json]", rule["says"])]
        is_share = len(said) == 1 and 0 <= said[0] <= 1
        text = " / ".join(f"{value:.3g}" for value in said)
        count = int(str(rule.get("rows", 0)))
        line = Line(str(rule["where"]), text, 0.0, 100 * said[0] if is_share else 0.0, f"{count:,}" if count else "")
        found.append((said, line))
    return [line for _, line in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _weights(weights: Sequence[JsonObject]) -> list[Line]:
    """By how far they move the score, either way."""
    moves = [(str(one["name"]), float(str(one["moves"]))) for one in weights]
    largest = max((abs(move) for _, move in moves), default=0.0) or 1.0
    ordered = sorted(moves, key=lambda pair: -abs(pair[1]))
    return [Line(name, f"{move:+.3g}", *_bar(move / largest)) for name, move in ordered]


def _bar(share: float) -> tuple[float, float]:
    """From the middle: to the right where it is above 0."""
    width = round(HALF * abs(share), 2)
    return (HALF if share >= 0 else HALF - width), width


def _entries(trained: JsonObject, name: str) -> list[JsonObject]:
    found = trained.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
