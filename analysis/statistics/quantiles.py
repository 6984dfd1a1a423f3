"""Empirical quantiles, for durations on the monitor."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, isfinite


@dataclass(frozen=True)
class Spread:
    """How values are spread: five quantiles, None where there are no values."""

    n: int
    p10: float | None
    p25: float | None
    median: float | None
    p75: float | None
    p90: float | None


def quantiles(values: Iterable[float], at: Sequence[float]) -> tuple[float, ...]:
    """The quantiles at these fractions: linear between order statistics (type 7 of Hyndman and Fan 1996).

    For sorted x_0 ... x_{n-1} the quantile at q is x at place (n - 1) q, on the line between its neighbours: what
    numpy, pandas, R and spreadsheets give unless told otherwise. The median of an even number is the mean of the two
    in the middle. ValueError if there are no values, one is not finite, or a fraction leaves [0, 1].

    >>> quantiles([40, 10, 30, 20], [0, 0.5, 0.9])
    (10.0, 25.0, 37.0)
    """
    ordered = sorted(values)
    if not ordered or not all(isfinite(value) for value in ordered):
        raise ValueError(f"values must be finite numbers, at least one, not {ordered[:5]}.")
    if not all(0 <= fraction <= 1 for fraction in at):
        raise ValueError(f"at must hold fractions from 0 to 1, not {list(at)}.")
    return tuple(float(_at(ordered, (len(ordered) - 1) * fraction)) for fraction in at)


def spread(values: Iterable[float]) -> Spread:
    """The five quantiles of the values.

    >>> spread([]).median is None, spread([3.0]).p90
    (True, 3.0)
    """
    ordered = sorted(values)
    if not ordered:
        return Spread(0, None, None, None, None, None)
    return Spread(len(ordered), *quantiles(ordered, [0.1, 0.25, 0.5, 0.75, 0.9]))


def _at(ordered: Sequence[float], place: float) -> float:
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
