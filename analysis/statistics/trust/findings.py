"""What was looked at and what it says: a sentence, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """fine: looked at, nothing found. unknown: too little to say. note: to know. warn: look. alarm: believe nothing."""

    FINE = "fine"
    UNKNOWN = "unknown"
    NOTE = "note"
    WARN = "warn"
    ALARM = "alarm"


ORDER = (Weight.ALARM, Weight.WARN, Weight.NOTE, Weight.UNKNOWN, Weight.FINE)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of figures below a finding: what of, and figures already in words."""

    name: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """kind: a word for programs. sentence: what was found. advice: what to do, empty where there is nothing to do.

    p_value: of "all is well", None where nothing was tested. method: key of the methods page. columns: heads of rows.
    """

    kind: str
    weight: Weight
    title: str
    sentence: str
    advice: str = ""
    p_value: float | None = None
    method: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The gravest first."""
    return tuple(sorted(findings, key=lambda each: ORDER.index(each.weight)))


def weighed(p: float, *, alarm: float = 0.001, warn: float = 0.01) -> Weight:
    """By its p-value: what is looked at on every page must not cry wolf."""
    return Weight.ALARM if p <= alarm else Weight.WARN if p <= warn else Weight.FINE


def small(p: float) -> str:
    """A p-value in words.

    >>> small(0.2), small(1e-9)
    ('p = 0.2', 'p < 0.0001')
    """
    return "p < 0.0001" if p < 1e-4 else f"p = {p:.2g}"


def parts(share: float) -> str:
    """A share in percent.

    >>> parts(0.125)
    '12.5 %'
    """
    return f"{100 * share:.1f} %"
