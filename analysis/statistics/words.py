"""The words that all statistics share: an estimate, what it promises, and that there is none.

``level`` is everywhere the error allowed (0.05), never the confidence (0.95).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf


class NoAnswer(ValueError):
    """The numbers do not bear an answer. Its text is a whole sentence for people: what is missing, and of what."""


class Validity(StrEnum):
    """What an interval and its p-value promise."""

    ANYTIME = "anytime"
    FIXED = "fixed"
    POSTERIOR = "posterior"
    APPROXIMATE = "approximate"

    @property
    def sentence(self) -> str:
        """The promise, for people."""
        return _SENTENCES[self]


_SENTENCES = {
    Validity.ANYTIME: "Holds however often you look, and whenever you stop.",
    Validity.FIXED: "Holds for one look at a time fixed beforehand.",
    Validity.POSTERIOR: "Holds given the prior and the model.",
    Validity.APPROXIMATE: "Holds nearly, in large samples.",
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its doubt: ``low <= value <= high``, an open side is -inf or inf; never NaN.

    level: error allowed, 0 < level < 1. n: independent units behind it. method: key of the methods page.
    p_value: of "no difference" where it is one; None where nothing is tested. remarks: sentences shown with it.
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
