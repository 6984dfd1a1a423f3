"""An option that can be chosen, shared by the questions that offer some."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from experiments.types import Json

from .base import Problem
from .props import Scalar, prop


@dataclass(frozen=True)
class Option:
    """One option. A plain text or number is short for an option with that value and label."""

    value: Scalar = field(metadata=prop("What is recorded."))
    label: str = field(default="", metadata=prop("What is shown; empty: the value."))
    description: str = field(default="", metadata=prop("Smaller Markdown below the label."))
    image: str | None = field(
        default=None, metadata=prop("A picture: static file, path or data:image URL.", local=True)
    )
    alt: str = field(default="", metadata=prop("What the picture tells."))

    @staticmethod
    def shorthand(raw: object) -> dict[str, object]:
        """The long form of a plain value."""
        return {"value": raw}

    @property
    def text(self) -> str:
        """The label shown."""
        return self.label or self.key

    @property
    def key(self) -> str:
        """The value as a form posts it."""
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value)


def key_of(value: Json) -> str:
    """How a form posts a value."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def repeated(options: Sequence[Option], path: str) -> list[Problem]:
    """A problem for each value that two options share."""
    counts = Counter(option.key for option in options)
    return [
        (f"{path}[{position}].value", f"must differ from the other options' values; {option.key!r} stands twice.")
        for position, option in enumerate(options)
        if counts[option.key] > 1
    ]
