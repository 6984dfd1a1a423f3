"""Trials of a block, and a staircase over them. Needs no NumPy: every page of a participant knows of looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """One trial of a block. place: of its stimulus in the pool. outcome: None where nobody answered."""

    place: int
    chance: float = 1.0
    outcome: float | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """The stimulus to show: its place, its exact chance, and what a look at it is expected to teach (nats)."""

    place: int
    chance: float
    information: float | None


@dataclass(frozen=True, slots=True)
class Staircase:
    """Transformed (Levitt 1971) or weighted (Kaernbach 1991) up-down, over the levels of one attribute.

    down_after, up_after: so many in a row of right (wrong) answers before a step. step_down, step_up: levels at a time.
    start: the first level's rank from the hardest; -1: the easiest.
    """

    down_after: int = 2
    up_after: int = 1
    step_down: int = 1
    step_up: int = 1
    start: int = -1

    def level(self, levels: int, outcomes: Sequence[float | None]) -> int:
        """Where it stands after these outcomes, 0 … levels - 1, counted from the hardest."""
        return self._walk(levels, outcomes)[0]

    def reversals(self, levels: int, outcomes: Sequence[float | None]) -> tuple[int, ...]:
        """The levels at which it turned round, in their order. At an end it stays, which is no turn."""
        return self._walk(levels, outcomes)[1]

    def _walk(self, levels: int, outcomes: Sequence[float | None]) -> tuple[int, tuple[int, ...]]:
        at, direction, right, wrong, turned = self.start % levels, 0, 0, 0, []
        for outcome in outcomes:
            if outcome is None:
                continue
            right, wrong = (right + 1, 0) if outcome > 0.5 else (0, wrong + 1)
            move = -1 if right >= self.down_after else 1 if wrong >= self.up_after else 0
            right, wrong = (0, 0) if move else (right, wrong)
            to = min(max(at + move * (self.step_down if move < 0 else self.step_up), 0), levels - 1)
            if to != at:
                turned += [at] if direction and move != direction else []
                at, direction = to, move
        return at, tuple(turned)
