"""One question at any level, each asked once: families ask the same again and again."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log
from typing import Final

from analysis.registered.document import Aim, ContrastKind, Question
from analysis.results.asking.answering import answer
from analysis.results.asking.asked import Prepared, Said

LEAST_LEVEL: Final = 1e-12
MOST_LEVEL: Final = 0.999
STEPS: Final = 24
MARGINS: Final = (Aim.NON_INFERIOR, Aim.EQUIVALENT)


class Levels:
    """What was said to a question, by the error that was allowed."""

    def __init__(self, asked: Prepared) -> None:
        self.asked = asked
        self._known: dict[float, Said] = {}

    @property
    def question(self) -> Question:
        """Which one."""
        return self.asked.question

    def at(self, level: float) -> Said:
        """Its planned answer at that level."""
        if level not in self._known:
            self._known[level] = answer(self.asked, level=level)
        return self._known[level]

    def p_value(self, level: float) -> float | None:
        """Of what it asks: no difference, or that a margin is passed. None where nothing is tested."""
        found = self.at(level).estimate
        if found is None or self.question.contrast.kind == ContrastKind.VALUE:
            return None
        if self.question.aim in MARGINS:
            return self._least(self._clears)
        return self._least(self._refuses_none) if found.p_value is None else found.p_value

    def _least(self, holds: Callable[[float], bool]) -> float:
        """The least level at which the interval says so: intervals are nested, so by halving."""
        low, high = log(LEAST_LEVEL), log(MOST_LEVEL)
        if not holds(exp(high)):
            return 1.0
        for _ in range(STEPS):
            middle = (low + high) / 2
            low, high = (low, middle) if holds(exp(middle)) else (middle, high)
        return exp(high)

    def _refuses_none(self, level: float) -> bool:
        found = self.at(level).estimate
        return found is not None and not found.holds(0.0)

    def _clears(self, level: float) -> bool:
        found, margin = self.at(level).estimate, self.question.margin or 0.0
        if found is None:
            return False
        measure = self.asked.setting.measures.get(self.question.measure)
        direction = measure.direction if measure else "none"
        above, below = -margin < found.low, found.high < margin
        if self.question.aim == Aim.EQUIVALENT or direction == "none":
            return above and below
        return above if direction == "up" else below
