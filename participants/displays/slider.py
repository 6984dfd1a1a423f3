"""A slider without a starting value."""

from __future__ import annotations

from dataclasses import dataclass, field

from .base import Problem
from .number import Number
from .props import prop


@dataclass(frozen=True, kw_only=True)
class Slider(Number):
    """A scale from end to end. No thumb is shown until it is touched, so nothing is suggested.

    Without JavaScript it is a number field with the same limits. Answer: the number.
    """

    kind = "slider"
    modules = ("participants/js/slider.js",)

    label: str = field(metadata=prop("The question.", low=1))
    min: float = field(default=0, metadata=prop("Value at the start."))
    max: float = field(default=100, metadata=prop("Value at the end."))
    step: float = field(default=1, metadata=prop("Step.", low=1e-9))
    min_label: str = field(default="", metadata=prop("What the start means."))
    max_label: str = field(default="", metadata=prop("What the end means."))
    show_value: bool = field(default=True, metadata=prop("Show the number beside the scale."))

    def check(self) -> list[Problem]:
        """The start lies before the end."""
        return [] if self.min < self.max else [(".max", f"must be more than min ({self.min:g}), not {self.max:g}.")]

    def summary(self) -> str:
        """The question and its ends."""
        return f'slider: "{self.label[:60]}" ({self.min:g} to {self.max:g})'
