"""Is it no worse than that, is it the same but for that? From any estimate of a difference.

Equivalence: two one-sided tests, Schuirmann (1987). The interval that decides leaves out ``level`` on each side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf

from analysis.statistics.estimates.referring import student
from analysis.statistics.words import Estimate, Validity


class Verdict(StrEnum):
    """What the numbers say of a margin."""

    SHOWN = "shown"
    REFUTED = "refuted"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Judged:
    """verdict: shown, refuted or open. estimate: with the interval that decides. p_value: of "beyond the margin".

    low, high: the margins; -inf or inf where there is none on that side. p_value None: only an interval is known.
    """

    verdict: Verdict
    estimate: Estimate
    low: float
    high: float
    method: str
    p_value: float | None

    @property
    def sentence(self) -> str:
        """The verdict, for people."""
        within = {
            (True, True): f"between {self.low:g} and {self.high:g}",
            (True, False): f"above {self.low:g}",
            (False, True): f"below {self.high:g}",
        }[(self.low > -inf, self.high < inf)]
        return {
            Verdict.SHOWN: f"The difference lies {within}, beyond reasonable doubt.",
            Verdict.REFUTED: f"The difference does not lie {within}, beyond reasonable doubt.",
            Verdict.OPEN: f"Whether the difference lies {within} is not decided yet.",
        }[self.verdict]


def non_inferiority(
    found: Estimate, margin: float, *, higher_is_better: bool = True, level: float | None = None
) -> Judged:
    """Is treatment worse by less than ``margin``? found: treatment minus control, whichever direction is better.

    margin: above 0, in the units of the estimate. level: error of the one-sided test; None: the estimate's own. An
    estimate that holds at any time, or a posterior, is judged by its own interval and keeps its promise.

    >>> from analysis.statistics.words import Estimate, Validity
    >>> found = Estimate(-0.1, -0.5, 0.3, 0.05, 100, "welch", Validity.FIXED, 0.6, 0.2, degrees=98.0)
    >>> non_inferiority(found, 0.5).verdict.value, non_inferiority(found, 0.2).verdict.value
    ('shown', 'open')
    """
    _above_zero(margin)
    low, high = (-margin, inf) if higher_is_better else (-inf, margin)
    return _judged(found, low, high, level, "non-inferiority")


def equivalence(found: Estimate, low: float, high: float, *, level: float | None = None) -> Judged:
    """Does the difference lie between the margins? Two one-sided tests, each at ``level``.

    ValueError unless low < high.
    """
    if not low < high:
        raise ValueError(f"low must be below high, not {low} and {high}.")
    return _judged(found, low, high, level, "tost")


def _judged(found: Estimate, low: float, high: float, level: float | None, method: str) -> Judged:
    level = found.level if level is None else level
    p_value = None
    interval = found
    if found.standard_error and found.validity in (Validity.FIXED, Validity.APPROXIMATE) and found.is_bounded:
        interval, p_value = _one_sided(found, low, high, level)
    verdict = Verdict.OPEN
    if (interval.low > low and interval.high < high) or (p_value is not None and p_value < level):
        verdict = Verdict.SHOWN
    elif interval.high <= low or interval.low >= high:
        verdict = Verdict.REFUTED
    return Judged(verdict, interval, low, high, method, p_value)


def _one_sided(found: Estimate, low: float, high: float, level: float) -> tuple[Estimate, float]:
    """The interval that leaves out ``level`` on each side, and the larger of the one-sided p-values."""
    error, degrees = found.standard_error or 0.0, found.degrees or inf
    doubled = min(2 * level, 0.999)
    interval = student(replace(found, level=doubled), error, degrees)
    tails = [_upper((found.value - low) / error, degrees), _upper((high - found.value) / error, degrees)]
    return interval, max(tails)


def _upper(statistic: float, degrees: float) -> float:
    from scipy import special

    return float(special.ndtr(-statistic) if degrees == inf else special.stdtr(degrees, -statistic))


def _above_zero(margin: float) -> None:
    if not margin > 0:
        raise ValueError(f"margin must be above 0, not {margin}.")
