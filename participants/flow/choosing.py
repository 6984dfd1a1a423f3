"""A block that chooses its stimuli, and its course so far. Pure; what computes is made by `choosers`, when needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from analysis.planning.stimuli.looks import Look, Next
from experiments.chance import Stream
from experiments.types import Json, JsonObject
from participants.flow.references import as_text

if TYPE_CHECKING:  # it brings NumPy, and a web process starts without
    from analysis.planning.stimuli.block import Block

LAST_REVERSALS = 6
MOST_ANSWER = 1e9  # a number beyond it is a slip of the keyboard, and would be rounded to nonsense


@dataclass(frozen=True, eq=False)
class Chooser:
    """One block. name: of its first step. stimuli: the pool. asks: the question that teaches. yes: None: right answers.

    record: {estimate: measure}.
    """

    name: str
    stimuli: tuple[JsonObject, ...]
    block: Block
    asks: str
    yes: tuple[Json, ...] | None
    takes_numbers: bool
    record: Mapping[str, str]

    def id_of(self, place: int) -> str:
        """What a stimulus is called, as text."""
        return as_text(self.stimuli[place].get("id"))

    def place_of(self, case: str) -> int:
        """The place of the stimulus called so. KeyError if there is none."""
        return self._places[case]

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {self.id_of(place): place for place in range(len(self.stimuli))}

    def draw(self, looks: Sequence[Look], *, seed: int, round_: int) -> Next:
        """The next stimulus after these looks: the same for the same session, round and answers, for ever."""
        stream = Stream(seed, "choice", self.name, round_, len(looks))
        return self.block.draw(looks, stream.uniform())

    def outcome(self, answer: Json, right: bool | None) -> float | None:
        """What an answer teaches: 1 a yes, 0 a no, or the number itself; None without an answer, or beyond 10^9."""
        if answer is None:
            return None
        if self.takes_numbers:
            is_number = isinstance(answer, int | float) and not isinstance(answer, bool)
            return float(answer) if is_number and abs(answer) <= MOST_ANSWER else None  # type: ignore[arg-type]  # asked
        if self.yes is not None:
            return float(any(as_text(answer) == as_text(each) for each in self.yes))
        return None if right is None else float(right)

    def estimates(self, looks: Sequence[Look]) -> dict[str, float]:
        """Everything that `record` may name, of these looks."""
        found: dict[str, float] = {"trials": float(len(looks))}
        for name, (mean, sd) in self.block.estimates(looks).items():
            found |= {name: mean, f"{name}_sd": sd}
        turned = self.block.reversals(looks)[-LAST_REVERSALS:]
        if turned:
            found["reversal_mean"] = sum(turned) / len(turned)
        return found


@dataclass(frozen=True, eq=False)
class Course:
    """A block under way. numbers: of the trials chosen so far, one for each look."""

    chooser: Chooser
    numbers: tuple[int, ...] = ()
    looks: tuple[Look, ...] = ()

    def case_at(self, number: int) -> JsonObject | None:
        """The stimulus of that trial; None if it is not chosen yet."""
        return self.chooser.stimuli[self._look(number).place] if number in self.numbers else None

    def is_answered(self, number: int) -> bool:
        """Whether that trial has taught what it can."""
        return self._look(number).outcome is not None

    def over(self) -> str:
        """Why there is no further trial; empty while there is one."""
        return self.chooser.block.over(self.looks)

    def chosen(self, number: int, drawn: Next) -> Course:
        """With one more trial."""
        return replace(self, numbers=(*self.numbers, number), looks=(*self.looks, Look(drawn.place, drawn.chance)))

    def answered(self, number: int, outcome: float) -> Course:
        """With the outcome of that trial."""
        at = self.numbers.index(number)
        look = replace(self.looks[at], outcome=outcome)
        return replace(self, looks=(*self.looks[:at], look, *self.looks[at + 1 :]))

    def _look(self, number: int) -> Look:
        return self.looks[self.numbers.index(number)]
