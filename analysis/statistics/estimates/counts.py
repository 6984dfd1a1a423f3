"""Counts of events over an exposure (clicks per hour, errors per session): exact for events that come independently.

Events of one unit usually come in bunches; then take units' sums as a ratio (`ratios.ratio_relative`), not these.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot, inf, isfinite

from analysis.statistics.estimates.proportions import Counted, clopper_pearson
from analysis.statistics.estimates.referring import bare
from analysis.statistics.words import Estimate, NoAnswer, Validity


@dataclass(frozen=True, slots=True)
class Events:
    """count: of events. exposure: hours, pages, units: what they came in. ValueError unless count >= 0 < exposure."""

    count: int
    exposure: float

    def __post_init__(self) -> None:
        if self.count < 0 or not (self.exposure > 0 and isfinite(self.exposure)):
            raise ValueError(f"count must be 0 or more and exposure above 0, not {self.count} and {self.exposure}.")

    @property
    def rate(self) -> float:
        """Events per unit of exposure."""
        return self.count / self.exposure


def rate(events: Events, *, level: float = 0.05) -> Estimate:
    """Events per exposure, with Garwood's (1936) exact interval.

    >>> found = rate(Events(0, 10.0))
    >>> found.low, round(found.high, 4)
    (0.0, 0.3689)
    """
    low, high = _garwood(events, level)
    return replace(bare(events.rate, events.count, level, "poisson-rate"), low=low, high=high)


def rate_ratio(control: Events, treatment: Events, *, level: float = 0.05) -> Estimate:
    """Treatment's rate over control's: exact given the events together (Przyborowski and Wilenski, 1940).

    NoAnswer without events in the control; without any in treatment the ratio is 0.
    """
    from scipy.stats import binomtest

    if not control.count:
        raise NoAnswer("The control has no events yet: there is nothing to divide by. Ask for the difference.")
    together = control.count + treatment.count
    share = treatment.exposure / (treatment.exposure + control.exposure)
    stretch = control.exposure / treatment.exposure
    limits = clopper_pearson(Counted(treatment.count, together), level)
    low, high = (limit / (1 - limit) * stretch if limit < 1 else inf for limit in limits)
    p_value = min(float(binomtest(treatment.count, together, share).pvalue), 1.0)
    found = bare(treatment.rate / control.rate, together, level, "rate-ratio")
    return replace(found, low=min(low, found.value), high=max(high, found.value), p_value=p_value)


def rate_difference(control: Events, treatment: Events, *, level: float = 0.05) -> Estimate:
    """Treatment's rate minus control's: the two exact intervals put together (Zou and Donner, 2008), rather too long.

    The p-value is the exact conditional one; 1 if nothing happened in either arm.
    """
    from scipy.stats import binomtest

    first, second = _garwood(control, level), _garwood(treatment, level)
    value = treatment.rate - control.rate
    low = value - hypot(treatment.rate - second[0], first[1] - control.rate)
    high = value + hypot(second[1] - treatment.rate, control.rate - first[0])
    together = control.count + treatment.count
    share = treatment.exposure / (treatment.exposure + control.exposure)
    p_value = min(float(binomtest(treatment.count, together, share).pvalue), 1.0) if together else 1.0
    found = replace(bare(value, together, level, "rate-difference"), validity=Validity.APPROXIMATE)
    return replace(found, low=low, high=high, p_value=p_value)


def _garwood(events: Events, level: float) -> tuple[float, float]:
    from scipy import special

    low = float(special.gammaincinv(events.count, level / 2)) if events.count else 0.0
    return low / events.exposure, float(special.gammainccinv(events.count + 1, level / 2)) / events.exposure
