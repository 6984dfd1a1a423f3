"""Pick a date."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from experiments.types import Json

from .base import Posted, Problem, Question, Stream, missing, single
from .errors import NOT_A_DATE, TOO_EARLY, TOO_LATE, refuse
from .numbers import EASTERN_DIGITS
from .props import prop


@dataclass(frozen=True, kw_only=True)
class Date(Question):
    """A day. Answer: ``"2026-05-31"``."""

    kind = "date"

    label: str = field(metadata=prop("The question.", low=1))
    help: str = field(default="", metadata=prop("Markdown shown below the question."))
    min: str | None = field(default=None, metadata=prop("Earliest day, as 2026-05-31."))
    max: str | None = field(default=None, metadata=prop("Latest day, as 2026-05-31."))

    def check(self) -> list[Problem]:
        """The limits are days, in order."""
        limits = {"min": self.min, "max": self.max}
        problems: list[Problem] = [
            (f".{key}", f"must be a day such as 2026-05-31, not {text!r}.")
            for key, text in limits.items()
            if text is not None and day(text) is None
        ]
        if not problems and self.min and self.max and self.min > self.max:
            problems.append((".min", f"must not be after max ({self.max})."))
        return problems

    def read(self, posted: Posted, *, name: str, required: bool) -> Json:
        """The day, within the limits."""
        text = single(posted, name).translate(EASTERN_DIGITS)
        if not text:
            return missing(name, required=required)
        if day(text) is None:
            raise refuse(name, NOT_A_DATE)
        if self.min and text < self.min:
            raise refuse(name, TOO_EARLY, low=self.min)
        if self.max and text > self.max:
            raise refuse(name, TOO_LATE, high=self.max)
        return text

    def post(self, answer: Json, *, name: str) -> dict[str, list[str]]:
        """One field."""
        return {} if answer is None else {name: [str(answer)]}

    def drawn(self, stream: Stream) -> Json:
        """Any day between the limits (or of the 20 years around 2010)."""
        low = day(self.min or "") or datetime.date(2000, 1, 1)
        high = day(self.max or "") or max(low, datetime.date(2020, 12, 31))
        low = min(low, high)
        return (low + datetime.timedelta(days=int(stream.uniform() * ((high - low).days + 1)))).isoformat()

    def summary(self) -> str:
        """The question."""
        return f'date: "{self.label[:60]}"'


def day(text: str) -> datetime.date | None:
    """The day, if the text is exactly year-month-day."""
    try:
        found = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None
