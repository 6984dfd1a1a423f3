"""Intervals as pictures: where each lies between the ends of a common axis, in percent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.statistics.off_policy import Estimate

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Bar:
    """One line. low, width, at: percent of the axis; low is None without an interval."""

    label: str
    estimate: float
    lower: float | None
    upper: float | None
    kind: str
    at: float
    low: float | None
    width: float
    is_first: bool = False
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """Bars over one axis. ticks: what is written below it, from one end to the other; mark: percent of a line."""

    bars: tuple[Bar, ...]
    ticks: tuple[float, ...]
    mark: float | None


def chart(rows: Sequence[tuple[str, Estimate, str]], *, mark: float | None = None, aside: Sequence[str] = ()) -> Chart:
    """rows: label, estimate, note. mark: a value to compare with. aside: labels that may leave the axis."""
    ruling = [one for label, one, _ in rows if label not in aside] or [one for _, one, _ in rows]
    values = [value for one in ruling for value in (one.estimate, one.lower, one.upper) if value is not None]
    ticks = axis([*values, *([] if mark is None else [mark])])
    low, width = ticks[0], ticks[-1] - ticks[0]

    def place(value: float) -> float:
        return round(min(max(100 * (value - low) / width, 0), 100), 2)

    bars = tuple(
        Bar(
            label,
            one.estimate,
            one.lower,
            one.upper,
            one.kind,
            place(one.estimate),
            None if one.lower is None else place(one.lower),
            0.0 if one.lower is None or one.upper is None else place(one.upper) - place(one.lower),
            is_first=number == 0,
            note=note,
        )
        for number, (label, one, note) in enumerate(rows)
    )
    return Chart(bars, ticks, None if mark is None else place(mark))


def axis(values: Iterable[float]) -> tuple[float, ...]:
    """Three to seven round numbers at equal distances, around all values.

    >>> axis([0.113, 0.128])
    (0.11, 0.115, 0.12, 0.125, 0.13)
    >>> axis([0.0, 1.0])
    (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    """
    found = list(values)
    low, high = min(found), max(found)
    spread = (high - low) or max(abs(high), 1.0) / 10
    unit = 10 ** floor(log10(spread / 5))
    step = next(factor * unit for factor in STEPS if factor * unit >= spread / 5.5)
    first, last = floor(low / step + 1e-9), -floor(-high / step + 1e-9)
    digits = max(0, 3 - floor(log10(step)))
    return tuple(round(number * step, digits) for number in range(first, max(last, first + 2) + 1))
