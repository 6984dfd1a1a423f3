"""What was tuned before a safety test, as its report's page shows it: the choices, the one that was taken first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from analysis.safety.report import number
from experiments.types import Json, JsonObject

MOST: Final = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """low, high: percent of the worlds between which the chance to pass is. objective: infinite if nothing passed."""

    values: tuple[tuple[str, str], ...]
    passes: int
    trials: int
    low: float
    high: float
    objective: str
    is_taken: bool

    @property
    def width(self) -> float:
        return round(max(self.high - self.low, 0.4), 2)


@dataclass(frozen=True, slots=True)
class ShownTuning:
    """chosen: place and value. left: choices that are not shown."""

    chosen: tuple[tuple[str, str], ...]
    choices: tuple[Choice, ...]
    left: int
    remark: str


def shown_tuning(result: Json) -> ShownTuning | None:
    """Of a run's result; None if nothing was tuned."""
    tuning = result.get("tuning") if isinstance(result, Mapping) else None
    if not isinstance(tuning, Mapping):
        return None
    chosen = _values(tuning.get("chosen"))
    written = cast("Sequence[JsonObject]", tuning.get("tries") or [])
    tries = [(_choice(each, chosen), number(each.get("objective"))) for each in written]
    ordered = sorted(tries, key=lambda pair: (not pair[0].is_taken, -pair[0].passes, pair[1]))
    ranked = [choice for choice, _ in ordered]
    return ShownTuning(chosen, tuple(ranked[:MOST]), max(0, len(ranked) - MOST), str(tuning.get("remark", "")))


def _choice(written: JsonObject, chosen: Sequence[tuple[str, str]]) -> Choice:
    values = _values(written.get("values"))
    objective = number(written.get("objective"))
    return Choice(
        values,
        int(number(written.get("passes"))),
        int(number(written.get("trials"))),
        round(100 * number(written.get("low")), 2),
        round(100 * number(written.get("high")), 2),
        f"{objective:.4g}" if objective < float("inf") else "none",
        is_taken=set(values) <= set(chosen),
    )


def _values(written: Json) -> tuple[tuple[str, str], ...]:
    pairs = written.items() if isinstance(written, Mapping) else ()
    return tuple((place, f"{value:.4g}" if isinstance(value, float) else str(value)) for place, value in pairs)
