"""A constraint as programs and forms ask about it: what may be said, and whether it can be read at all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.learning.components import ComponentError
from analysis.safety.bounds import BOUNDS
from analysis.safety.checking import Checked, check
from analysis.safety.constraints import Vocabulary
from analysis.safety.constraints.vocabulary import Word
from analysis.safety.demanding import Terms
from analysis.safety.terms import Bound, Mode
from experiments.storable import finite_or_text
from experiments.types import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Question:
    """text with everything that its meaning hangs on. groups: None if nobody knows them yet: then any will do."""

    text: str
    regime: str = "binary_classification"
    groups: Sequence[str] | None = None
    delta: float = 0.05
    classes: int | None = None
    rewards: int | None = None
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    bound: Json = "auto"
    mode: str = "default"

    def answered(self) -> Checked:
        """ValueError for what is not the text's fault: a regime, delta, bound or mode that there is not."""
        vocabulary = Vocabulary.of(self.regime, groups=self.groups, classes=self.classes, rewards=self.rewards)
        ranges = {name: _range(name, *ends) for name, ends in self.ranges.items()}
        terms = Terms(bound=_bound(self.bound), ranges=ranges, mode=_mode(self.mode))
        return check(self.text, vocabulary, delta=self.delta, terms=terms)


def _range(name: str, low: float, high: float) -> tuple[float, float]:
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"The range of {name} is {low:g} to {high:g}; it must go from a number to a larger one.")
    return low, high


def _bound(named: Json) -> Bound:
    try:
        return BOUNDS.parse(named)
    except ComponentError as error:
        raise ValueError(" ".join(f"{said} {hint}".strip() for _, said, hint in error.findings)) from error


def _mode(name: str) -> Mode:
    if name not in tuple(Mode):
        raise ValueError(f"There is no mode {name!r}; there are {', '.join(Mode)}.")
    return Mode(name)


def words_of(regime: str) -> list[JsonObject]:
    """Every measure that a constraint may name there."""
    return [_word(word) for word in Vocabulary.of(regime).words.values()]


def _word(word: Word) -> JsonObject:
    return {
        "name": word.name,
        "example": word.name if 0 in word.subscripts else word.example(),
        "subscripts": list(word.subscripts),
        "counts": word.what if max(word.subscripts) else None,
        "meaning": word.meaning,
        "range": [finite_or_text(end) for end in word.range],
    }
