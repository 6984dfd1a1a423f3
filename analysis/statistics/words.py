"""The words that all statistics share: an estimate, what it promises, and that there is none.

``level`` is everywhere the error allowed (0.05), never the confidence (0.95).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf, isnan
from typing import ClassVar

BEYOND = "The numbers are too large or too small to be computed with: measure in another unit."


class NoAnswer(ValueError):
    """The numbers do not bear an answer. Its text is a whole sentence for people: what is missing, and of what."""


class Validity(StrEnum):
    """What an interval and its p-value promise."""

    ANYTIME = "anytime"
    ASYMPTOTIC = "asymptotic"
    PLANNED = "planned"
    FIXED = "fixed"
    POSTERIOR = "posterior"
    APPROXIMATE = "approximate"

    @property
    def sentence(self) -> str:
        """The promise, for people."""
        return _SENTENCES[self]


_SENTENCES = {
    Validity.ANYTIME: "Holds however often you look, and whenever you stop.",
    Validity.ASYMPTOTIC: "Holds nearly, however often you look, once there are many values in each arm.",
    Validity.PLANNED: "Holds at the looks planned beforehand, at whichever of them you stop.",
    Validity.FIXED: "Holds for one look at a time fixed beforehand.",
    Validity.POSTERIOR: "Holds given the prior and the model.",
    Validity.APPROXIMATE: "Holds nearly, in large samples.",
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its doubt: ``low <= value <= high``, an open side is -inf or inf; never NaN (NoAnswer instead).

    level: error allowed, 0 < level < 1. n: independent units behind it. method: key of the methods page.
    p_value: of "no difference" where it is one; None where nothing is tested. remarks: sentences shown with it.
    degrees: of freedom of Student's t, where it is referred to that; (value - null) / standard_error is then t.
    """

    value: float
    low: float
    high: float
    level: float
    n: int
    method: str
    validity: Validity
    p_value: float | None = None
    standard_error: float | None = None
    remarks: tuple[str, ...] = ()
    degrees: float | None = None

    def __post_init__(self) -> None:
        """ValueError if the level is none; NoAnswer where floating point gave up."""
        if not 0 < self.level < 1:
            raise ValueError(f"level must be between 0 and 1, not {self.level}.")
        figures = (self.value, self.low, self.high, self.p_value, self.standard_error, self.degrees)
        if any(figure is not None and isnan(figure) for figure in figures):
            raise NoAnswer(BEYOND)

    def holds(self, value: float) -> bool:
        """Whether that value is still compatible with what was seen."""
        return self.low <= value <= self.high

    @property
    def is_bounded(self) -> bool:
        """Whether both sides say something."""
        return -inf < self.low and self.high < inf

    def remarked(self, *sentences: str) -> Estimate:
        """The same, with more said."""
        return replace(self, remarks=(*self.remarks, *sentences))


@dataclass(frozen=True, slots=True)
class Tested:
    """What a test says: ``name(degrees) = statistic``, as papers print it. Never NaN (NoAnswer instead).

    name: the statistic's letter ("F", "U", "chi2"). degrees: of freedom, none, one or two. estimate: what may be read
    off beside it, with its interval. n: independent units.
    """

    __test__: ClassVar[bool] = False  # it is no test of ours, whatever its name begins with

    name: str
    statistic: float
    p_value: float
    n: int
    method: str
    validity: Validity
    degrees: tuple[float, ...] = ()
    estimate: Estimate | None = None
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """NoAnswer where floating point gave up."""
        if any(isnan(figure) for figure in (self.statistic, self.p_value, *self.degrees)):
            raise NoAnswer(BEYOND)

    def remarked(self, *sentences: str) -> Tested:
        """The same, with more said."""
        return replace(self, remarks=(*self.remarks, *sentences))
