"""Type a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from experiments.types import Json

from .base import Posted, Problem, Question, Stream, missing, single
from .numbers import read_number, within
from .options import key_of
from .props import prop


@dataclass(frozen=True, kw_only=True)
class Number(Question):
    """A number field. Answer: the number. ``correct`` may be a number, or ``{"low": …, "high": …}``."""

    kind = "number"

    label: str = field(metadata=prop("The question.", low=1))
    help: str = field(default="", metadata=prop("Markdown shown below the question."))
    min: float | None = field(default=None, metadata=prop("Smallest number taken."))
    max: float | None = field(default=None, metadata=prop("Largest number taken."))
    step: float | None = field(default=None, metadata=prop("Step; 1 for whole numbers, null for any.", low=1e-9))
    unit: str = field(default="", metadata=prop("Unit, shown after the field."))
    placeholder: str = field(default="", metadata=prop("Example shown in the empty field."))

    def check(self) -> list[Problem]:
        """The range is not empty."""
        if self.min is not None and self.max is not None and self.min > self.max:
            return [(".min", f"must be at most max ({self.max:g}), not {self.min:g}.")]
        return []

    def read(self, posted: Posted, *, name: str, required: bool) -> Json:
        """The number, in range and on its step."""
        text = single(posted, name)
        if not text:
            return missing(name, required=required)
        return within(read_number(text, name), name, low=self.min, high=self.max, step=self.step)

    def post(self, answer: Json, *, name: str) -> dict[str, list[str]]:
        """One field."""
        return {} if answer is None else {name: [key_of(answer)]}

    def drawn(self, stream: Stream) -> Json:
        """Evenly from the range (100 wide where it has no end)."""
        low = self.min if self.min is not None else (self.max - 100 if self.max is not None else 0.0)
        high = self.max if self.max is not None else low + 100
        if self.step is None:
            return round(low + stream.uniform() * (high - low), 6)
        steps = int((high - low) / self.step + 1e-9)
        value = round(float(low + int(stream.uniform() * (steps + 1)) * self.step), 9)
        return int(value) if value.is_integer() else value

    def score(self, answer: Json, correct: Json) -> bool:
        """Equal, or within low and high."""
        if isinstance(correct, Mapping) and isinstance(answer, int | float):
            low, high = correct.get("low", answer), correct.get("high", answer)
            return isinstance(low, int | float) and isinstance(high, int | float) and low <= answer <= high
        return super().score(answer, correct)

    def summary(self) -> str:
        """The question."""
        return f'number: "{self.label[:60]}"'
